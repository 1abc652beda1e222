// Where a connection goes and who it says it is, asked anew for each one.
import type { Directory } from "./line.ts";
import type { SocketOptions } from "./socket-options.ts";

/** Makes the directory of a socket. */
export function toDirectory(options: SocketOptions): Directory {
  const { url, protocol, token, ticket = token, tokenIn, WebSocket } = options;
  return async (need) => {
    const protocols = protocol ? [protocol] : [];
    const address = typeof url === "function" ? await url() : url;
    const given = await ticket?.(need);
    const query = typeof tokenIn === "object" ? tokenIn.query : undefined;
    if (given !== undefined && query === undefined) protocols.push(`bearer.${given}`);
    return {
      url: given === undefined || query === undefined ? address : withQuery(address, query, given),
      protocols,
      WebSocket: WebSocket ?? globalThis.WebSocket,
    };
  };
}

function withQuery(address: string, name: string, value: string): string {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return url.href;
}
