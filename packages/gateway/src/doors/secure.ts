// TLS for the HTTP door: a certificate for each name, and what a client showed of itself.
import type { ServerOptions } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
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

/** Makes an HTTPS server: TLS 1.2 or newer, as API Gateway's custom domains have it. */
export function createSecureServer(settings: ServerOptions, secure: Secure): Server {
  return createServer({
    ...settings,
    minVersion: "TLSv1.2",
    handshakeTimeout: handshakeMs,
    ALPNProtocols: ["http/1.1"],
    requestCert: secure.asksClients,
    rejectUnauthorized: false, // those without a trusted certificate are refused by the domain, with an answer
    SNICallback: (serverName, done) => void choose(serverName, secure, done),
  });
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
