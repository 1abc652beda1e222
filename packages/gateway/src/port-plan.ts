// Which server listens where: ten ports in a row, the first left to the caller's own page.
import { createServer } from "node:net";
import { failures } from "./failures.ts";
import type { Service } from "./model/service.ts";

/** The servers that a gateway may start. */
export type PortName =
  | "rest"
  | "http"
  | "websocket"
  | "dynamodb"
  | "s3"
  | "cognito"
  | "lambda"
  | "domains"
  | "functionUrls";

const order: readonly {
  readonly name: PortName;
  readonly for: string;
  readonly needed: (service: Service) => boolean;
}[] = [
  { name: "rest", for: "the REST API", needed: (service) => service.restApi !== undefined },
  { name: "http", for: "the HTTP API", needed: (service) => service.httpApi !== undefined },
  { name: "websocket", for: "the WebSocket API", needed: (service) => service.websocketApi !== undefined },
  { name: "dynamodb", for: "DynamoDB", needed: (service) => service.tables.length > 0 },
  { name: "s3", for: "S3", needed: (service) => service.buckets.length > 0 },
  { name: "cognito", for: "the token issuer", needed: (service) => service.userPools.length > 0 },
  { name: "lambda", for: "Lambda", needed: (service) => service.functions.length > 0 },
  { name: "domains", for: "the custom domains", needed: ({ domains }) => (domains ?? []).length > 0 },
  {
    name: "functionUrls",
    for: "the URL of a function",
    needed: ({ functionUrls }) => (functionUrls ?? []).length > 0,
  },
];

/** The port of each server that a service needs: `first` + 1 … + 9 in a fixed order, or 0 for any free one. */
export function portsFrom(service: Service, first: number): Partial<Record<PortName, number>> {
  if (!Number.isInteger(first) || first < 0 || first > 65_535 - order.length) {
    throw failures.create("PORT_INVALID", { port: first, last: 65_535 - order.length });
  }
  const needed = order.map((row, index) => ({ ...row, port: first === 0 ? 0 : first + 1 + index }));
  return Object.fromEntries(
    needed.filter((row) => row.needed(service)).map(({ name, port }) => [name, port]),
  );
}

/**
 * Finds out before anything starts whether every port is free, so that nothing has to be undone.
 *
 * @throws `PORT_TAKEN` with the first one that is not.
 */
export async function assertPortsFree(ports: Partial<Record<PortName, number>>): Promise<void> {
  for (const row of order) {
    const port = ports[row.name];
    if (port !== undefined && port !== 0) await assertPortFree(port, row.for);
  }
}

/** Listens for an instant on 127.0.0.1 to learn whether a port is free. */
export async function assertPortFree(port: number, purpose: string): Promise<void> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (cause: NodeJS.ErrnoException) => {
    const taken = cause.code === "EADDRINUSE";
    reject(taken ? failures.create("PORT_TAKEN", { port, for: purpose }, { cause }) : cause);
  });
  server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve()));
  await promise;
}
