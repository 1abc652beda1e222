// What `defineApi` takes for one route or authorizer: a handler written in place, or a file.
import type { InlineHandler } from "../integrations/inline-functions.ts";

/** A function in a file, bundled and run in its own thread as a Lambda is. */
export interface FileHandler {
  /** `path/to/file.export`, from the definition's folder. */
  readonly file: string;
  /** @default 1024 */
  readonly memoryMb?: number;
  /** @default 6000 */
  readonly timeoutMs?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A handler written in place; it says itself which event it takes. */
export type InlineRoute = InlineHandler;

/** What answers: a function of this program, which gets the event as a Lambda does, or one in a file. */
export type Handler = InlineHandler | FileHandler;

/** What a route says beside its handler. */
export interface RouteSettings<Authorizer extends string> {
  readonly handler: Handler;
  /** The key of one of `authorizers`, or `aws_iam` where callers sign their requests. */
  readonly authorizer?: Authorizer | "aws_iam";
  /** One of these must be in a token; for authorizers of user pools and issuers. */
  readonly scopes?: readonly string[];
  readonly timeoutMs?: number;
  readonly operationName?: string;
}

/** A route of a REST API. */
export interface RestRouteSettings<Authorizer extends string> extends RouteSettings<Authorizer> {
  /** Callers send an API key. */
  readonly apiKeyRequired?: boolean;
  /** Whether required, by `method.request.querystring.page` and the like. */
  readonly parameters?: Readonly<Record<string, boolean>>;
  /** Names of `models` by content type. */
  readonly models?: Readonly<Record<string, string>>;
  readonly cacheKeyParameters?: readonly string[];
  readonly stream?: boolean;
}

/** A route of an HTTP API. */
export interface HttpRouteSettings<Authorizer extends string> extends RouteSettings<Authorizer> {
  /** @default "2.0" */
  readonly payloadVersion?: "1.0" | "2.0";
}

/** Asks a function. */
export interface FunctionAuthorizer {
  readonly handler: Handler;
  /** @default "REQUEST"; HTTP APIs know no other. */
  readonly type?: "TOKEN" | "REQUEST";
  /** As in `header.Authorization`, `querystring.token`. @default `header.Authorization` */
  readonly identitySources?: readonly string[];
  /** @default 0 */
  readonly ttlSeconds?: number;
  /** REST TOKEN only. */
  readonly identityValidation?: string;
  /** HTTP APIs only. @default "2.0" */
  readonly payloadVersion?: "1.0" | "2.0";
  /** HTTP APIs only, payload 2.0. */
  readonly simpleResponses?: boolean;
}

/** Looks at tokens of Cognito user pools; for the REST API. */
export interface PoolAuthorizer {
  /** As in `us-east-1_AbCdEf123`. */
  readonly userPoolIds: readonly string[];
  readonly identitySources?: readonly string[];
  readonly ttlSeconds?: number;
}

/** Looks at an issuer's JWTs; for the HTTP API. */
export interface IssuerAuthorizer {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly identitySources?: readonly string[];
}

/** An authorizer of any kind. */
export type AuthorizerSettings = FunctionAuthorizer | PoolAuthorizer | IssuerAuthorizer;

/** Whether a handler is a file. */
export function isFile(handler: Handler): handler is FileHandler {
  return typeof handler !== "function";
}
