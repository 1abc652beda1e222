// What travels through the REST pipeline: one type per stage of knowledge.
import type { RestAuthorizerContext } from "@gatewright/contract";
import type { DeployedKey } from "../deploy/api-keys.ts";
import type { DeployedIntegration } from "../deploy/mapped-integration.ts";
import type { RestRoute } from "../deploy/rest-routes.ts";
import type { IamCaller } from "../identities/identities.ts";
import type { IntegrationOutcome, OutgoingCall } from "../integrations/integration.ts";
import type { ContextValue } from "../mapping/context.ts";
import type { MappingScope } from "../mapping/mapping-source.ts";
import type { ArrivedHttp } from "./application.ts";
import type { Policy } from "../policy/policy.ts";
import type { WafVerdict } from "../waf/web-acl.ts";
import type { Trace } from "./trace.ts";

/** A request that came through the door and got its names. */
export interface Arrived {
  readonly http: ArrivedHttp;
  /** UUID. */
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Value of `X-Amzn-Trace-Id`. */
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly trace: Trace;
}

/** It is meant for the API: no health check. The mark is a proof for the compiler, not a field, here and below. */
export type Meant = Arrived & { readonly [meant]: true };
declare const meant: unique symbol;

/** Its URL and headers are not too long. */
export type Sized = Meant & { readonly [sized]: true };
declare const sized: unique symbol;

/** No web ACL keeps it out. */
export type Filtered = Sized & {
  /** What the web ACL of its stage said; `null` where it has none. */
  readonly waf: WafVerdict | null;
};

/** Its stage is known. */
export type Staged = Filtered & {
  /** Without the stage, percent-encoding kept. */
  readonly path: string;
};

/** Its method is known. */
export type Routed = Staged & { readonly route: RestRoute };

/** The resource policy does not forbid it. */
export type Permitted = Routed & {
  /** What the policy says so far; `null` where it is asked only once the caller is known, or there is none. */
  readonly permission: "allow" | "implicit-deny" | null;
};

/** It may enter. */
export type Authorized = Permitted & {
  /** The caller's own policies, or what the Lambda authorizer gave; `null` where there is neither. */
  readonly identityPolicy: Policy | null;
  /** Who signed it, on methods with IAM. */
  readonly iamCaller: IamCaller | null;
  /** What the authorizer said; `null` on methods without one. */
  readonly authorizer: RestAuthorizerContext | null;
  /** A key's value, if the authorizer gave one. */
  readonly usageIdentifierKey: string | undefined;
};

/** Whose usage plan it counts against is known; `null` on methods that require no key. */
export type Keyed = Authorized & { readonly apiKey: DeployedKey | null };

/** It is within rate and quota. */
export type Admitted = Keyed & { readonly [admitted]: true };
declare const admitted: unique symbol;

/** Its body is not packed. */
export type Opened = Admitted & { readonly [opened]: true };
declare const opened: unique symbol;

/** What its method requires of it is there. */
export type Validated = Opened & { readonly [validated]: true };
declare const validated: unique symbol;

/** What is to be sent is written; `null` for integrations that take the request as it is. */
export type Mapped = Validated & { readonly mapping: Mapping | null };

/** A request as its templates and mappings made it, and what the answer's will need of it. */
export interface Mapping {
  readonly call: OutgoingCall;
  readonly integration: DeployedIntegration;
  readonly scope: MappingScope;
  readonly context: ContextValue;
}

/** The integration was called. */
export type Integrated = Mapped & { readonly outcome: IntegrationOutcome };
