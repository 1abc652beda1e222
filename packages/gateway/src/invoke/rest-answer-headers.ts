// Headers of a REST integration's answer: what passes, what is renamed, what is dropped.
import type { HeaderPair } from "./application.ts";

/** Emitted as `x-amzn-Remapped-<Name>`. */
const remapped = new Set([
  "authorization",
  "connection",
  "content-md5",
  "date",
  "max-forwards",
  "server",
  "user-agent",
  "www-authenticate",
  "x-amzn-requestid",
]);
/** Dropped; `content-length` is written anew from the body. */
const dropped = new Set([
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
]);

/**
 * Headers as a REST API lets them out, with `Content-Type: application/json` where there is none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function toRestAnswerHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  const kept = headers
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .map(([name, value]): HeaderPair =>
      remapped.has(name.toLowerCase()) ? [`x-amzn-Remapped-${name}`, value] : [name, value],
    );
  const typed = kept.some(([name]) => name.toLowerCase() === "content-type");
  return typed ? kept : [["Content-Type", "application/json"], ...kept];
}
