// In development a caller may say where it calls from: address, VPC and VPC endpoint, one header each.
import { isIP } from "node:net";
import { isLoopback } from "../loopback.ts";
import type { Log } from "../ports.ts";
import type { ArrivedHttp, HeaderPair } from "./application.ts";

/** What is looked at of a request of any API. */
export type Hearable = Pick<ArrivedHttp, "headers" | "sourceIp" | "received" | "caller">;

/** Takes the caller's own words out of a request, and believes them where that is allowed. */
export type HearCaller = <Http extends Hearable>(http: Http) => Http;

const start = "x-gatewright-source-";

/**
 * Makes the step that hears `x-gatewright-source-ip`, `-vpc` and `-vpce`.
 *
 * The headers never reach an event. They are believed only where `allowed`, and only from this machine; otherwise a
 * warning says once that they were not.
 */
export function createHearCaller(allowed: boolean, log: Pick<Log, "warn">): HearCaller {
  let warned = false;
  const warn = (why: string): void => {
    if (!warned) log.warn(`The headers ${start}… are not believed: ${why}.`);
    warned = true;
  };
  return (http) => {
    if (!http.headers.some(isOurs)) return http;
    const quiet = {
      ...http,
      headers: http.headers.filter((pair) => !isOurs(pair)),
      received: http.headers,
    };
    if (!allowed) {
      warn("allow them with --caller-headers");
      return quiet;
    }
    if (!isLoopback(http.sourceIp)) {
      warn("they came from another machine");
      return quiet;
    }
    return believe(quiet, http.headers, warn);
  };
}

const isOurs = ([name]: HeaderPair): boolean => saysWhere(name);

/** Whether a header is one of those by which a caller says where it calls from. */
export function saysWhere(name: string): boolean {
  return name.length > start.length && name.toLowerCase().startsWith(start);
}

function believe<Http extends Hearable>(
  http: Http,
  said: readonly HeaderPair[],
  warn: (why: string) => void,
): Http {
  const word = (name: string): string | undefined =>
    said.findLast((pair) => pair[0].toLowerCase() === start + name)?.[1];
  const [ip, vpcId, vpceId] = ["ip", "vpc", "vpce"].map(word);
  if (ip !== undefined && isIP(ip) === 0) warn(`"${ip}" is no address`);
  return {
    ...http,
    sourceIp: ip !== undefined && isIP(ip) > 0 ? ip : http.sourceIp,
    caller: {
      ...http.caller,
      ...(vpcId !== undefined && { vpcId }),
      ...(vpceId !== undefined && { vpceId }),
    },
  };
}
