// The way of a WebSocket handshake from a custom domain to the WebSocket API's own door.
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { describePeer } from "../doors/secure.ts";
import { withoutBasePath } from "../invoke/place-in-api.ts";
import type { CustomDomain } from "../model/domain.ts";
import { createFindMapping } from "./find-domain.ts";

/** Takes an upgrade request with its socket. */
export type Passage = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const refusal = '{"message":"Forbidden"}';
const forbidden = [
  "HTTP/1.1 403 Forbidden",
  "x-amzn-errortype: ForbiddenException",
  "content-type: application/json",
  `content-length: ${refusal.length}`,
  "connection: close",
  "",
  refusal,
].join("\r\n");

/**
 * Makes the passage: the mapping's stage stands where the base path did, and everything after the request line goes
 * through unread, both ways.
 *
 * @param port Of the WebSocket API on this machine.
 */
export function createPassage(domains: readonly CustomDomain[], port: number): Passage {
  const findMapping = createFindMapping(domains);

  const findTarget = (request: IncomingMessage): string | undefined => {
    const [path = "/", ...query] = (request.url ?? "/").split("?");
    const { caller, serverName } = describePeer(request.socket);
    const visit = { host: request.headers.host ?? "", path, serverName, clientCert: caller?.clientCert };
    const mapping = findMapping(visit)?.mapping;
    if (mapping?.api !== "websocket") return undefined;
    const rest = withoutBasePath(path, mapping.path).replace(/\/$/, "");
    return [`/${mapping.stage}${rest}`, ...query].join("?");
  };
  return (request, socket, head) => {
    socket.on("error", () => socket.destroy()); // a reset by the client is no error of ours
    const target = findTarget(request);
    if (target === undefined) {
      socket.end(forbidden);
      return;
    }
    const inner = connect(port, "127.0.0.1", () => {
      inner.write(`${request.method} ${target} HTTP/1.1\r\n${toLines(request.rawHeaders)}\r\n`);
      inner.write(head);
      socket.pipe(inner).pipe(socket);
    });
    inner.on("error", () => socket.destroy());
    inner.on("close", () => socket.destroy());
    socket.on("close", () => inner.destroy());
  };
}

/** Header lines as they came; the parser has seen that none holds a line break. */
function toLines(rawHeaders: readonly string[]): string {
  return rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
}
