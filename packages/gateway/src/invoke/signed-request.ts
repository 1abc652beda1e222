// A request as its signature covers it.
import type { SignedRequest } from "../identities/authenticate.ts";
import type { ArrivedHttp } from "./application.ts";

/** The request line, headers and body as they came. */
export function toSignedRequest({ method, path, query, headers, body }: ArrivedHttp): SignedRequest {
  return { method, target: query === "" ? path : `${path}?${query}`, headers, body };
}
