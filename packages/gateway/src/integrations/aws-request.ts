// A request to an AWS service that runs here: its address, its headers, its signature.
import { payloadHash, signRequest, type Credentials } from "@gatewright/signature";
import type { HeaderPair } from "../invoke/application.ts";
import type { AwsTarget } from "../model/integration.ts";
import type { OutgoingRequest } from "./integration.ts";

/** The AWS services that run here, for integrations that call them. */
export interface LocalServices {
  /** Addresses by service name, as in `dynamodb`; what is not there does not run here. */
  readonly endpoints: Readonly<Partial<Record<string, string>>>;
  readonly credentials: Credentials;
  readonly region: string;
}

/** An AWS service that is named, with the action or path. */
export type ServiceTarget = Exclude<AwsTarget, { readonly service: "lambda"; readonly functionKey: string }>;

/** A request before it has an address and a signature. */
export interface ServiceCall {
  readonly target: ServiceTarget;
  readonly method: string;
  /** With stage variables and path parameters filled in. */
  readonly path: string;
  readonly query: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  readonly timeoutMs: number;
}

/** What `X-Amz-Target` begins with, and the type of the body. */
const jsonServices: Readonly<Record<string, { readonly prefix: string; readonly type: string }>> = {
  dynamodb: { prefix: "DynamoDB_20120810", type: "application/x-amz-json-1.0" },
};

/** Services that are called by path, and those whose actions are answered here. */
const runsHere: Readonly<Record<string, (target: ServiceTarget) => boolean>> = {
  dynamodb: (target) => target.kind === "action",
  s3: (target) => target.kind === "path",
};

/** Whether an integration's target is a service that can run here at all. */
export function canRunHere(target: ServiceTarget): boolean {
  return Object.hasOwn(runsHere, target.service) && (runsHere[target.service]?.(target) ?? false);
}

/** A target in words, as in `sqs (action/SendMessage)`. */
export function nameTarget({ service, kind, value }: ServiceTarget): string {
  return `${service} (${kind}/${value.replace(/^\//, "")})`;
}

/**
 * Signs a call for the service at its local address; `undefined` where the service does not run here.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
 */
export function toAwsRequest(
  call: ServiceCall,
  services: LocalServices,
  now: Date,
): OutgoingRequest | undefined {
  const { target, timeoutMs } = call;
  const endpoint = services.endpoints[target.service];
  if (endpoint === undefined || !canRunHere(target)) return undefined;
  const json = jsonServices[target.service];
  const own: readonly HeaderPair[] =
    json && target.kind === "action"
      ? [
          ["X-Amz-Target", `${json.prefix}.${call.path}`],
          ["Content-Type", json.type],
        ]
      : [];
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  const headers = [...call.headers.filter(([name]) => !names.has(name.toLowerCase())), ...own];
  const bucket = target.subdomain === undefined ? "" : `/${target.subdomain}`;
  const path = target.kind === "action" ? "/" : `${bucket}/${call.path.replace(/^\//, "")}`;
  const { origin, host } = new URL(endpoint);
  const url = `${origin}${path}${call.query === "" ? "" : `?${call.query}`}`;
  const signed = signRequest(
    {
      method: call.method,
      // not parsed as a URL: `..` in an object's key must not lead to another bucket
      url: { host, pathname: path, searchParams: new URLSearchParams(call.query) },
      headers: Object.fromEntries(headers),
      payloadHash: payloadHash(call.body),
    },
    { credentials: services.credentials, region: services.region, service: target.service, now },
  );
  return { method: call.method, url, headers: Object.entries(signed), body: call.body, timeoutMs };
}
