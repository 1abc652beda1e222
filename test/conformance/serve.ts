// Starts the API of a case behind a real door.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { createFindDomain } from "../../packages/gateway/src/domains/find-domain.ts";
import { routeDomains } from "../../packages/gateway/src/domains/route-domains.ts";
import { startHttpDoor } from "../../packages/gateway/src/doors/http.ts";
import { createIdentities } from "../../packages/gateway/src/identities/identities.ts";
import {
  type InlineHandler,
  inlineFunctions,
} from "../../packages/gateway/src/integrations/inline-functions.ts";
import type { HttpApplication } from "../../packages/gateway/src/invoke/application.ts";
import { createHttpApi } from "../../packages/gateway/src/invoke/http-api.ts";
import { createRestApi } from "../../packages/gateway/src/invoke/rest-api.ts";
import { type ManualClock, manualClock } from "../../packages/gateway/src/manual-clock.ts";
import type { LocalIdentity } from "../../packages/gateway/src/model/identity.ts";
import type { Service } from "../../packages/gateway/src/model/service.ts";
import { type Log, systemIds } from "../../packages/gateway/src/ports.ts";
import { readServerless } from "../../packages/gateway/src/read/serverless.ts";
import { createTokenChecker } from "../../packages/gateway/src/tokens/check-token.ts";
import { createIssuerKeys } from "../../packages/gateway/src/tokens/issuer-keys.ts";
import {
  httpApi,
  method,
  recordedLog,
  restApi,
  route,
  service,
} from "../../packages/gateway/test/unit/invoke/requests.ts";
import type { Case, StockBackend, StockFunction } from "./case.ts";
import { startStockIssuer, type StockIssuer } from "./stock-issuer.ts";

/** A case's API, answering. */
export interface Serving {
  readonly port: number;
  readonly clock: ManualClock;
  readonly calls: ReadonlyMap<string, number>;
  readonly lines: readonly string[];
  readonly identities: readonly LocalIdentity[];
  readonly issuer: StockIssuer;
  close(): Promise<void>;
}

/** Starts what a case describes. */
export async function serve(given: Case): Promise<Serving> {
  const backend = given.backend && (await startBackend(given.backend));
  const issuer = await startStockIssuer();
  const text = JSON.stringify(given).replaceAll("${backend}", backend?.url ?? "");
  const filled = JSON.parse(text.replaceAll("${issuer}", issuer.url)) as Case;
  const clock = manualClock(Date.UTC(2026, 10, 21, 12, 34, 56));
  const log = recordedLog();
  const calls = new Map<string, number>();
  const handlers = Object.entries(filled.functions ?? {}).map(
    ([key, stock]) =>
      [key, toHandler(stock, clock, () => calls.set(key, (calls.get(key) ?? 0) + 1))] as const,
  );
  const functions = inlineFunctions(Object.fromEntries(handlers), clock);
  const described = await toService(filled);
  const { identities = [] } = described;
  const access = {
    identities: createIdentities({ identities, made: new Map() }),
    tokens: createTokenChecker(createIssuerKeys(clock, issuer.addressOf), clock),
  };
  const callerHeaders = filled.callerHeaders ?? false;
  const shared = { service: described, functions, clock, log, ids: systemIds, access, callerHeaders };
  const api = described.restApi
    ? createRestApi({ ...shared, api: described.restApi, apiKeyValues: new Map() })
    : createHttpApi({ ...shared, api: described.httpApi ?? httpApi([]) });
  const application = withDomains(api, { service: described, log });
  const door = await startHttpDoor({ port: 0, for: "the case", application });
  const close = async (): Promise<void> => {
    await door.close();
    await issuer.close();
    await backend?.close();
  };
  return { port: door.port, clock, calls, lines: log.lines, identities, issuer, close };
}

/** What the doors of a gateway do apart: the API's own address, and its custom domains by the host's name. */
function withDomains(
  api: HttpApplication,
  { service: { domains = [], restApi: isRest }, log }: { readonly service: Service; readonly log: Log },
): HttpApplication {
  if (domains.length === 0) return api;
  const find = createFindDomain(domains);
  const applications = isRest ? { rest: api } : { http: api };
  const routed = routeDomains({ domains, applications, ids: systemIds, log });
  return {
    answer: (arrived) => (find(arrived.host) ? routed : api).answer(arrived),
    tooLarge: (arrived) => (find(arrived.host) ? routed : api).tooLarge(arrived),
  };
}

async function toService(given: Case): Promise<Service> {
  if (given.definition !== undefined) return { ...(await read(given.definition)), ...given.service };
  const { rest, http } = given;
  const methods = (rest?.methods ?? []) as Parameters<typeof restApi>[0]; // a case is trusted to fit the model
  const routes = (http?.routes ?? []) as Parameters<typeof httpApi>[0]; // likewise
  return service({
    ...(rest && {
      restApi: restApi(
        methods.map((one) => fill(one, method)),
        rest as object,
      ),
    }),
    ...(http && {
      httpApi: httpApi(
        routes.map((one) => fill(one, route)),
        http as object,
      ),
    }),
    ...given.service,
  });
}

/** `GET /a` or `{ route: "GET /a", … }`. */
function fill<Made>(one: unknown, make: (name: string, given?: object) => Made): Made {
  if (typeof one === "string") return make(one);
  const { route: name, ...rest } = one as { readonly route: string }; // a case is trusted to fit the model
  return make(name, rest);
}

async function read(definition: unknown): Promise<Service> {
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const file = join(folder, "serverless.yml");
  await writeFile(file, JSON.stringify(definition));
  try {
    return await readServerless(file, { env: {} });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function toHandler(stock: StockFunction, clock: ManualClock, count: () => void): InlineHandler {
  return async (event: { readonly methodArn?: string; readonly routeArn?: string }) => {
    count();
    if (stock.takesMs !== undefined) {
      await setImmediate();
      clock.advance(stock.takesMs);
    }
    if (stock.throws !== undefined) throw new Error(stock.throws);
    if (stock.echo) return { statusCode: 200, body: JSON.stringify(event) };
    const arn = event.methodArn ?? event.routeArn ?? "";
    return JSON.parse(JSON.stringify(stock.returns ?? {}).replaceAll("$arn", arn)) as unknown;
  };
}

async function startBackend(stock: StockBackend): Promise<{ readonly url: string; close(): Promise<void> }> {
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
