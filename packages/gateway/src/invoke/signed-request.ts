// A request as its signature covers it.
import type { SignedRequest } from "../identities/authenticate.ts";
import type { ArrivedHttp } from "./application.ts";

/** The request line, headers and body as they came. */
export function toSignedRequest(http: ArrivedHttp): SignedRequest {
  const { method, sentMethod = method, path, query, headers, received = headers, body } = http;
  return {
    method: sentMethod,
    target: query === "" ? path : `${path}?${query}`,
    headers: received,
    body,
  };
}
