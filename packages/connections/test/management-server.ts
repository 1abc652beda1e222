// A small @connections endpoint over loopback: says what a test wants and remembers what it was sent.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { payloadHash, verifyRequest, type Credentials } from "@gatewright/signature";

export const credentials: Credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "secret",
  sessionToken: "session",
};

export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether the signature was found to be that of `credentials`. */
  readonly signed: boolean;
}

export interface ManagementServer {
  readonly endpoint: string;
  readonly received: readonly Received[];
  /** How many connections were ever accepted. */
  sockets(): number;
  /** Closes every kept connection from this side. */
  drop(): void;
  close(): Promise<void>;
}

export type Answering = (received: Received, response: ServerResponse) => void;

export async function startManagementServer(answer: Answering): Promise<ManagementServer> {
  const received: Received[] = [];
  let sockets = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: target = "", headers } = request;
      const body = Buffer.concat(chunks);
      const claim = { method, target, headers, payloadHash: payloadHash(body) };
      const verifier = {
        findCredentials: () => credentials,
        region: "eu-west-1",
        service: "execute-api",
        now: new Date(),
      };
      const signed = verifyRequest(claim, verifier).ok;
      const one = { method, target, headers, body: body.toString(), signed };
      received.push(one);
      answer(one, response);
    });
  });
  server.on("connection", () => (sockets += 1));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
    received,
    sockets: () => sockets,
    drop: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
