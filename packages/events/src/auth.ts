// What the authorizer said about the caller, alike in the REST and the HTTP layout.
import { failures } from "./failures.ts";

type Context = { readonly [name: string]: unknown };

/** Whether a value is an object that can be read by key. */
function isRecord(value: unknown): value is Context {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads `requestContext.authorizer` of any event kind into one value.
 *
 * The key `gw`, where present, holds the whole user context as one JSON string, so that numbers, booleans
 * and nesting survive layouts that make strings of everything; `principalId` is added to it when the
 * authorizer gave one. Without `gw` the context is handed on as AWS delivered it.
 *
 * @returns `undefined` when no authorizer ran.
 * @throws `AUTH_UNREADABLE` when `gw` is there and is not the JSON of an object.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function readAuth(authorizer: unknown): unknown {
  if (!isRecord(authorizer)) return undefined;
  const lambda = isRecord(authorizer["lambda"]) ? authorizer["lambda"] : undefined;
  const packed = authorizer["gw"] ?? lambda?.["gw"];
  if (packed === undefined) return lambda ?? authorizer["jwt"] ?? authorizer["iam"] ?? authorizer;
  const user = unpack(packed);
  const principalId = authorizer["principalId"] ?? lambda?.["principalId"];
  return principalId === undefined || Object.hasOwn(user, "principalId") ? user : { ...user, principalId };
}

function unpack(packed: unknown): Context {
  try {
    const user: unknown = typeof packed === "string" ? JSON.parse(packed) : undefined;
    if (isRecord(user)) return user;
  } catch {
    // The value itself may be a secret: it goes into no message.
  }
  throw failures.create("AUTH_UNREADABLE", { key: "gw" });
}
