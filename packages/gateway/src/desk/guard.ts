// Who may come to the desk: this machine's own programs, and no web page of somebody else's.
import type { ArrivedHttp } from "../invoke/application.ts";
import { lastHeader } from "../invoke/headers.ts";
import { isLoopback } from "../loopback.ts";

/**
 * Says why a request must not be answered; `undefined` for one that may.
 *
 * Only from a loopback address, under a loopback host name (a foreign name that leads here is a rebound one), and not from
 * a page of another site: browsers say which page a request is from in `Origin` and `Sec-Fetch-Site`.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
export function judgeVisitor({ sourceIp, host, headers, protocol }: ArrivedHttp): string | undefined {
  if (!isLoopback(sourceIp)) return "Only this machine may ask.";
  if (!isLoopback(host.replace(/:\d+$/, ""))) return "Ask under 127.0.0.1 or localhost.";
  const site = lastHeader(headers, "sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none")
    return "Pages of other sites may not ask.";
  const origin = lastHeader(headers, "origin");
  if (origin !== undefined && origin !== `${protocol}://${host}`) return "Pages of other sites may not ask.";
  return undefined;
}
