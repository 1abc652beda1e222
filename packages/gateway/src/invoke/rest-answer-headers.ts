// Headers of a REST integration's answer: what passes, what is renamed, what is dropped.
import type { HeaderPair } from "./application.ts";
import { hasHeader, toLowerName } from "./headers.ts";

/** What becomes of headers by lower-case name; all others pass. */
interface Rules {
  /** Emitted as `x-amzn-Remapped-<Name>`. */
  readonly remapped: ReadonlySet<string>;
  readonly dropped: ReadonlySet<string>;
}

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Functions' own headers. `content-length` is written anew from the body. */
const ofFunctions: Rules = {
  remapped: names(
    "authorization connection content-md5 date max-forwards server user-agent www-authenticate x-amzn-requestid",
  ),
  dropped: names(
    "content-length expect host keep-alive proxy-authenticate te trailer transfer-encoding upgrade via",
  ),
};
/** Headers of an HTTP back end that are passed on. */
const ofBackends: Rules = {
  remapped: names(
    "authorization connection content-length content-md5 date max-forwards server user-agent www-authenticate x-amzn-requestid",
  ),
  dropped: names("expect host keep-alive proxy-authenticate te trailer transfer-encoding upgrade via"),
};
/** Headers that a mapping sets: recorded where the table and API Gateway differ. */
const ofMappings: Rules = {
  remapped: names(
    "authorization connection content-length content-md5 date expect host max-forwards proxy-authenticate server " +
      "trailer upgrade user-agent www-authenticate x-amzn-requestid",
  ),
  dropped: names("keep-alive te transfer-encoding"),
};

/**
 * A function's headers as a REST API lets them out, with `Content-Type: application/json` where there is none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function toRestAnswerHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return withType(pass(headers, ofFunctions));
}

/** An HTTP back end's headers as HTTP_PROXY passes them on. */
export function toProxiedAnswerHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return withType(pass(headers, ofBackends));
}

/** Headers that parameter mappings and templates set. */
export function toMappedAnswerHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return pass(headers, ofMappings);
}

function pass(headers: readonly HeaderPair[], { remapped, dropped }: Rules): readonly HeaderPair[] {
  const passed: HeaderPair[] = [];
  for (const pair of headers) {
    const name = toLowerName(pair[0]);
    if (dropped.has(name)) continue;
    passed.push(remapped.has(name) ? [`x-amzn-Remapped-${pair[0]}`, pair[1]] : pair);
  }
  return passed;
}

function withType(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return hasHeader(headers, "content-type") ? headers : [["Content-Type", "application/json"], ...headers];
}
