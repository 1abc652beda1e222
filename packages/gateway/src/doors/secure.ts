// TLS for doors: a certificate for each name, plain doors that take TLS too, and what a client showed of itself.
import type { ServerOptions } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import {
  createServer as createTlsServer,
  type SecureContext,
  type Server as TlsServer,
  type TLSSocket,
} from "node:tls";
import type { Certificate } from "../domains/local-authority.ts";
import type { ArrivedHttp, ClientCertificate, TlsDetails } from "../invoke/application.ts";

/** How a door speaks TLS. */
export interface Secure {
  /** The certificate, and the authorities to trust, of a name; `undefined` for one that is not served. */
  contextFor(serverName: string): Promise<SecureContext | undefined>;
  /** Whether clients are asked for certificates. What they show is judged by the context's authorities. */
  readonly asksClients: boolean;
}

/** A client that says nothing is not waited for longer. */
const handshakeMs = 10_000;

const common = {
  minVersion: "TLSv1.2",
  handshakeTimeout: handshakeMs,
  ALPNProtocols: ["http/1.1"],
} as const;

/** Makes an HTTPS server: TLS 1.2 or newer, as API Gateway's custom domains have it. */
export function createSecureServer(settings: ServerOptions, secure: Secure): Server {
  return createServer({
    ...settings,
    ...common,
    requestCert: secure.asksClients,
    rejectUnauthorized: false, // those without a trusted certificate are refused by the domain, with an answer
    SNICallback: (serverName, done) => void choose(serverName, secure, done),
  });
}

/** What a connection begins with whose client speaks TLS; no method of HTTP does. */
export const firstOfTls = 0x16;

/** How a plain door takes clients that speak TLS. */
export interface Handshakes {
  /** Asked for when the first such client comes, and again only where it fails. */
  readonly certificate: () => Promise<Certificate>;
  /** Takes a connection once its handshake is done. */
  readonly take: (socket: TLSSocket) => void;
  /** @default 10 seconds */
  readonly handshakeMs?: number;
}

/**
 * Makes what shakes hands with such clients. What is no TLS, stays silent, or comes while no certificate can be had is
 * cut off.
 */
export function createHandshakes(options: Handshakes): (socket: Socket) => Promise<void> {
  let opening: Promise<TlsServer> | undefined;
  return async (socket) => {
    socket.on("error", () => socket.destroy()); // a reset by the client is no error of ours
    socket.pause(); // what it has said waits for the certificate with it
    try {
      const server = await (opening ??= openServer(options));
      if (!socket.destroyed) server.emit("connection", socket);
    } catch {
      opening = undefined;
      socket.destroy();
    }
  };
}

async function openServer({ certificate, take, ...limits }: Handshakes): Promise<TlsServer> {
  const { certificate: cert, key } = await certificate();
  const { handshakeMs: handshakeTimeout = handshakeMs } = limits;
  const server = createTlsServer({ ...common, cert, key, handshakeTimeout }, take);
  return server.on("tlsClientError", (_error, socket) => socket.destroy());
}

async function choose(
  serverName: string,
  secure: Secure,
  done: (error: Error | null, context?: SecureContext) => void,
): Promise<void> {
  let context: SecureContext | undefined;
  let failure: Error | null = null;
  try {
    context = await secure.contextFor(serverName);
    if (!context) failure = new Error(`${serverName} is not served here`);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure, context);
}

/** What TLS says of a request; nothing on a plain socket. */
export function describePeer(
  socket: Socket,
): Partial<Pick<ArrivedHttp, "protocol" | "serverName" | "caller" | "tls">> {
  if (!isSecure(socket)) return {};
  const { servername, authorized } = socket;
  const serverName = typeof servername === "string" ? servername : "";
  const clientCert = authorized ? readPeer(socket) : undefined;
  const tls = () => describeConnection(socket); // few ask
  return { protocol: "https", serverName, tls, ...(clientCert && { caller: { clientCert } }) };
}

function describeConnection(socket: TLSSocket): TlsDetails {
  const version = socket.getProtocol();
  return { version, cipherSuite: version === null ? null : socket.getCipher().name };
}

/** Whether a connection speaks TLS. */
export function isSecure(socket: Socket): socket is TLSSocket {
  return "encrypted" in socket;
}

function readPeer(socket: TLSSocket): ClientCertificate | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { subject, issuer, serialNumber, validFrom, validTo } = certificate;
  return {
    clientCertPem: certificate.toString(),
    subjectDN: toName(subject),
    issuerDN: toName(issuer),
    serialNumber: (serialNumber.toLowerCase().match(/../g) ?? []).join(":"),
    validity: { notBefore: validFrom, notAfter: validTo },
  };
}

/** The most special part first, as RFC 4514 writes names. */
function toName(lines: string | undefined): string {
  return (lines ?? "").split("\n").toReversed().join(",");
}
