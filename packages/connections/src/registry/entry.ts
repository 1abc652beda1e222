// A connection as it enters the registry: checked, completed, and with its last moment.
import { limits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import type { Attributes, Connection, NewConnection } from "./registry.ts";

/** A connection's longest life, and five minutes for clocks that differ and for `$disconnect` to run. */
export const keptMs: number = limits.websocketLifeMs + 300_000;

const nameBytes = 512;
const attributesBytes = 2_048;

/** When the rows of a connection made at `connectedAt` have no meaning any more: a little over two hours later. */
export function toLastMoment(connectedAt: number): number {
  return connectedAt + keptMs;
}

/** Connections made at this moment or earlier have no meaning any more at `now`. */
export function toFirstMoment(now: number): number {
  return now - keptMs;
}

/** Checks what `$connect` said and completes it. */
export function toConnection(given: NewConnection, now: number): Connection {
  assertName("connection id", given.connectionId);
  assertName("user id", given.userId);
  assertEndpoint(given.endpoint);
  const attributes = given.attributes ?? {};
  assertAttributes(attributes);
  return {
    connectionId: given.connectionId,
    endpoint: given.endpoint,
    userId: given.userId,
    attributes: { ...attributes },
    connectedAt: given.connectedAt ?? now,
    lastSeenAt: now,
    ...(given.expiresAt !== undefined && { expiresAt: given.expiresAt }),
  };
}

/** Refuses what cannot be a key: empty, not a string, or too long for DynamoDB. */
export function assertName(what: string, name: unknown): asserts name is string {
  if (typeof name !== "string") throw failures.create("BAD_NAME", { what, problem: "is not a string" });
  if (name === "") throw failures.create("BAD_NAME", { what, problem: "is empty" });
  const bytes = Buffer.byteLength(name);
  if (bytes > nameBytes) throw failures.create("BAD_NAME", { what, problem: `has ${bytes} bytes` });
}

function assertEndpoint(endpoint: unknown): void {
  const url = typeof endpoint === "string" ? URL.parse(endpoint) : null;
  if (!url) throw failures.create("BAD_ENDPOINT", { problem: "is not a URL" });
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw failures.create("BAD_ENDPOINT", { problem: `speaks ${url.protocol} (wss:// is for clients)` });
  }
}

function assertAttributes(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const scalar = typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
    if (!scalar) throw failures.create("BAD_ATTRIBUTES", { problem: `hold something else under ${name}` });
  }
  const bytes = Buffer.byteLength(JSON.stringify(attributes));
  if (bytes > attributesBytes) {
    throw failures.create("BAD_ATTRIBUTES", { problem: `take ${bytes} bytes of at most ${attributesBytes}` });
  }
}
