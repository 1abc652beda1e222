// A server of somebody else's, as a case describes it.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { StockBackend } from "./case.ts";

/** Starts it on a free port. */
export async function startBackend(
  stock: StockBackend,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => void answerAs(stock, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}

async function answerAs(
  stock: StockBackend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method: verb, url, headers } = request;
  const body = (await buffer(request)).toString();
  response.writeHead(stock.status ?? 200, { "content-type": "application/json", ...stock.headers });
  response.end(stock.echo ? JSON.stringify({ method: verb, url, headers, body }) : (stock.body ?? ""));
}
