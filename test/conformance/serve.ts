// Starts the API of a case behind a real door.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineApi } from "../../packages/gateway/src/define/define-api.ts";
import { createFindDomain } from "../../packages/gateway/src/domains/find-domain.ts";
import { routeDomains } from "../../packages/gateway/src/domains/route-domains.ts";
import { startHttpDoor } from "../../packages/gateway/src/doors/http.ts";
import { createFunctionUrl } from "../../packages/gateway/src/function-urls/answer-url.ts";
import { createIdentities } from "../../packages/gateway/src/identities/identities.ts";
import type { Access } from "../../packages/gateway/src/invoke/ask-authorizer.ts";
import type { HttpApplication } from "../../packages/gateway/src/invoke/application.ts";
import { type ManualClock, manualClock } from "../../packages/gateway/src/manual-clock.ts";
import type { LocalIdentity } from "../../packages/gateway/src/model/identity.ts";
import type { Service } from "../../packages/gateway/src/model/service.ts";
import type { WebsocketApi } from "../../packages/gateway/src/model/websocket-api.ts";
import { type Functions, type Log, systemIds } from "../../packages/gateway/src/ports.ts";
import { readServerless } from "../../packages/gateway/src/read/serverless.ts";
import { openTraffic } from "../../packages/gateway/src/start-traffic.ts";
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
import { toApi, toRoute } from "../../packages/gateway/test/unit/websocket/running-api.ts";
import type { Case } from "./case.ts";
import { readLogFiles, startServices } from "./local-services.ts";
import { startBackend } from "./stock-backend.ts";
import { stockFunctions } from "./stock-functions.ts";
import { startStockIssuer, type StockIssuer } from "./stock-issuer.ts";

/** A case's API, answering. */
export interface Serving {
  readonly port: number;
  readonly clock: ManualClock;
  readonly calls: ReadonlyMap<string, number>;
  /** The developer's log, and with each {@link settle} what log files hold. */
  readonly lines: readonly string[];
  readonly identities: readonly LocalIdentity[];
  readonly issuer: StockIssuer;
  /** Waits until everything that was logged is written, and gathers it into `lines`. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Starts what a case describes, joined as a gateway joins it: desk, meters, records, keys, back ends. */
export async function serve(given: Case): Promise<Serving> {
  const backend = given.backend && (await startBackend(given.backend));
  const issuer = await startStockIssuer();
  const filled = fillIn(given, { backend: backend?.url ?? "", issuer: issuer.url });
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const clock = manualClock(Date.UTC(2026, 10, 21, 12, 34, 56));
  const log = recordedLog();
  const { functions, calls } = stockFunctions(filled.functions ?? {}, clock);
  const described = await toService(filled, folder);
  const { identities = [] } = described;
  const access = {
    identities: createIdentities({ identities, made: new Map() }),
    tokens: createTokenChecker(createIssuerKeys(clock, issuer.addressOf), clock),
  };
  const local = filled.services ? await startServices(described, { folder, clock, log }) : undefined;
  const traffic = await openTraffic({
    service: described,
    functions,
    folder,
    apiKeyValues: new Map(),
    clock,
    ids: systemIds,
    log,
    access,
    accountThrottle: described.localLimits?.accountThrottle,
    cacheBytes: described.localLimits?.cacheBytes,
    callerHeaders: filled.callerHeaders ?? false,
    ...(local && { services: local.services }),
  });
  const api = traffic.rest ?? traffic.http ?? functionUrl(described, { functions, clock, log, access });
  if (!api) throw new Error(`"${given.says}" has no API`);
  const application = withDomains(api, { service: described, log });
  const door = await startHttpDoor({ port: 0, for: "the case", application });
  const written: string[] = [];
  return {
    port: door.port,
    clock,
    calls,
    identities,
    issuer,
    get lines() {
      return [...log.lines, ...written];
    },
    async settle() {
      await traffic.close(); // writes what waits; what comes after is written, too
      written.splice(0, written.length, ...(await readLogFiles(folder)));
    },
    async close() {
      await door.close();
      await traffic.close();
      await Promise.all([issuer.close(), backend?.close(), local?.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

/** Puts addresses where a case has `${backend}` or `${issuer}`. */
export function fillIn(given: Case, addresses: Readonly<Record<string, string>>): Case {
  const text = Object.entries(addresses).reduce(
    (left, [name, url]) => left.replaceAll(`\${${name}}`, url),
    JSON.stringify(given),
  );
  return JSON.parse(text) as Case; // a case as before
}

/** The first function URL, where the case has no API. */
function functionUrl(
  described: Service,
  of: {
    readonly functions: Functions;
    readonly clock: ManualClock;
    readonly log: Log;
    readonly access: Access;
  },
): HttpApplication | undefined {
  const [url] = described.functionUrls ?? [];
  const lambda = described.functions.find(({ key }) => key === url?.functionKey);
  if (!url || !lambda) return undefined;
  const { access, ...ports } = of;
  const { identities } = access;
  return createFunctionUrl({ url, lambda, service: described, identities, ids: systemIds, ...ports });
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

/** The service of a case: a definition that is read, or APIs as the case has them. */
export async function toService(given: Case, folder: string): Promise<Service> {
  if (given.definition !== undefined) return { ...(await read(given.definition, folder)), ...given.service };
  if (given.code !== undefined) return { ...defineApi(given.code), ...given.service };
  const { rest, http, websocket } = given;
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
    ...(websocket && { websocketApi: toSocketApi(websocket) }),
    ...given.service,
  });
}

function toSocketApi({ routes = [], ...more }: NonNullable<Case["websocket"]>): WebsocketApi {
  return toApi({ ...more, routes: routes.map((route) => toRoute(route.routeKey, route)) });
}

/** `GET /a` or `{ route: "GET /a", … }`. */
function fill<Made>(one: unknown, make: (name: string, given?: object) => Made): Made {
  if (typeof one === "string") return make(one);
  const { route: name, ...rest } = one as { readonly route: string }; // a case is trusted to fit the model
  return make(name, rest);
}

async function read(definition: unknown, folder: string): Promise<Service> {
  const file = join(folder, "serverless.yml");
  await writeFile(file, JSON.stringify(definition));
  return readServerless(file, { env: {} });
}
