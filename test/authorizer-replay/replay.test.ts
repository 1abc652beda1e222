// The answer for one route, kept by the gateway and used for every other: allowed exactly where `routes` says.
import { allow, authorizer, custom, fromHeader, fromSubprotocol } from "@gatewright/authorizer";
import type { AuthorizerEvent, AuthorizerResult } from "@gatewright/contract";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inlineFunctions } from "../../packages/gateway/src/integrations/inline-functions.ts";
import { startHttpDoor } from "../../packages/gateway/src/doors/http.ts";
import { createHttpApi } from "../../packages/gateway/src/invoke/http-api.ts";
import { createRestApi } from "../../packages/gateway/src/invoke/rest-api.ts";
import { evaluatePolicy } from "../../packages/gateway/src/policy/policy.ts";
import { manualClock } from "../../packages/gateway/src/manual-clock.ts";
import type { LambdaAuthorizer } from "../../packages/gateway/src/model/authorizer.ts";
import type { Service } from "../../packages/gateway/src/model/service.ts";
import { systemIds } from "../../packages/gateway/src/ports.ts";
import { startApi, withAuthorizer } from "../../packages/gateway/test/unit/websocket/running-api.ts";

const service: Service = {
  name: "replay",
  stage: "dev",
  region: "us-east-1",
  accountId: "123456789012",
  folder: "/",
  apiKeys: [],
  usagePlans: [],
  functions: [],
  tables: [],
  buckets: [],
  userPools: [],
  notices: [],
};
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Every route of the API, and a call that reaches it. */
const calls = ["GET", "POST", "DELETE"].flatMap((method) =>
  [
    ["/rooms", "/rooms"],
    ["/rooms/{room}", "/rooms/42"],
    ["/rooms/{room}/messages", "/rooms/42/messages"],
    ["/rooms/{room}/messages/{id}", "/rooms/42/messages/7"],
    ["/roomservice", "/roomservice"],
    ["/admin/{what}", "/admin/users"],
    ["/", "/"],
  ].map(([template = "", path = ""]) => ({ method, template, path })),
);

const routePattern = fc
  .tuple(
    fc.constantFrom("GET", "POST", "DELETE", "ANY", "*"),
    fc.constantFrom(
      "/rooms",
      "/rooms/*",
      "/rooms/42",
      "/rooms/*/messages",
      "/rooms*",
      "/admin/*",
      "/",
      "/*",
      "*",
      "/other",
    ),
  )
  .map(([method, path]) => `${method} ${path}`);
const routeSets = fc.array(routePattern, { maxLength: 4 });

/** What `routes` says, written another way than in the package. */
function isGranted(routes: readonly string[], method: string, path: string): boolean {
  return routes.some((route) => {
    const [verb = "", pattern = ""] = route.split(" ");
    if (!["ANY", "*", method].includes(verb)) return false;
    const pieces = (pattern === "*" ? "/*" : pattern).split("*");
    let at = 0;
    for (const [index, piece] of pieces.entries()) {
      const found =
        index === pieces.length - 1 && index > 0 ? path.lastIndexOf(piece) : path.indexOf(piece, at);
      if (found < at || (index === 0 && found !== 0)) return false;
      at = found + piece.length;
    }
    return at === path.length || (pieces.length > 1 && pieces.at(-1) === "");
  });
}

interface Kind {
  readonly name: string;
  readonly authorizer: Partial<LambdaAuthorizer>;
  readonly httpResponse?: "policy";
  /** Whether one answer is kept for all routes, or one for each route key. */
  readonly kept: "all" | "route";
}

const kinds: Kind[] = [
  { name: "REST TOKEN", authorizer: { type: "TOKEN" }, kept: "all" },
  { name: "REST REQUEST", authorizer: { type: "REQUEST" }, kept: "all" },
  { name: "HTTP 1.0", authorizer: { type: "REQUEST", payloadVersion: "1.0" }, kept: "all" },
  {
    name: "HTTP 2.0 with policies",
    authorizer: { type: "REQUEST", payloadVersion: "2.0" },
    httpResponse: "policy",
    kept: "all",
  },
  {
    name: "HTTP 2.0 with simple answers",
    authorizer: {
      type: "REQUEST",
      payloadVersion: "2.0",
      simpleResponses: true,
      identitySources: [
        { from: "header", name: "authorization" },
        { from: "context", name: "routeKey" },
      ],
    },
    kept: "route",
  },
];

async function serve(kind: Kind, routes: readonly string[]) {
  let asked = 0;
  const decide = authorizer({
    token: [fromHeader("authorization")],
    verify: [custom(() => ({ sub: "ada" }))],
    decide: ({ claims }) => allow({ principalId: claims.sub, routes }),
    ...(kind.httpResponse ? { httpResponse: kind.httpResponse } : {}),
  });
  const clock = manualClock();
  const handlers = {
    f: () => ({ statusCode: 200, body: "in" }),
    authorizer: (event: AuthorizerEvent) => {
      asked += 1;
      return decide(event);
    },
  };
  const shared = { service, functions: inlineFunctions(handlers, clock), clock, ids: systemIds, log: silent };
  const one: LambdaAuthorizer = {
    id: "auth01",
    name: "session",
    type: "TOKEN",
    functionKey: "authorizer",
    identitySources: [{ from: "header", name: "authorization" }],
    ttlSeconds: 300,
    ...kind.authorizer,
  };
  const base = { id: "api0000001", name: "replay", stageVariables: {}, authorizers: [one] };
  const application = kind.name.startsWith("REST")
    ? createRestApi({
        ...shared,
        apiKeyValues: new Map(),
        api: {
          ...base,
          stage: "dev",
          deploymentId: "dep001",
          binaryMediaTypes: [],
          apiKeySource: "HEADER",
          methods: calls.map(({ method, template }) => ({
            method,
            path: template,
            resourceId: "res001",
            apiKeyRequired: false,
            authorizerId: one.id,
            integration: { type: "AWS_PROXY", functionKey: "f", timeoutMs: 29_000 },
          })),
        },
      })
    : createHttpApi({
        ...shared,
        api: {
          ...base,
          stage: "$default",
          routes: calls.map(({ method, template }) => ({
            routeKey: `${method} ${template}`,
            integration: { type: "AWS_PROXY", functionKey: "f", payloadVersion: "2.0", timeoutMs: 30_000 },
            authorizerId: one.id,
          })),
        },
      });
  const door = await startHttpDoor({ port: 0, for: kind.name, application });
  const root = `http://127.0.0.1:${door.port}${kind.name.startsWith("REST") ? "/dev" : ""}`;
  return {
    asked: () => asked,
    async call({ method, path }: (typeof calls)[number]) {
      const headers = { authorization: "Bearer opaque" };
      const response = await fetch(root + path, { method, headers });
      await response.arrayBuffer();
      return response.status;
    },
    [Symbol.asyncDispose]: () => door.close(),
  };
}

test.each(kinds)("$name", async (kind) => {
  await fc.assert(
    fc.asyncProperty(routeSets, fc.nat(calls.length - 1), async (routes, first) => {
      await using api = await serve(kind, routes);
      const order = [...calls.slice(first), ...calls.slice(0, first)];
      for (const one of order) {
        const status = await api.call(one);
        // A simple answer is for the route's key, and so for all that the key can match.
        const path = kind.kept === "route" ? one.template : one.path;
        expect([one, status]).toEqual([one, isGranted(routes, one.method, path) ? 200 : 403]);
        if (status === 200) expect(isGranted(routes, one.method, one.path)).toBe(true);
      }
      expect(api.asked()).toBe(kind.kept === "all" ? 1 : calls.length);
    }),
    { numRuns: 40 },
  );
});

test("WebSocket: sockets open only where $connect is named, and the policy is for nothing else", async () => {
  let granted: readonly string[] = [];
  const answers: AuthorizerResult[] = [];
  const decide = authorizer({
    token: [fromSubprotocol()],
    verify: [custom(() => ({ sub: "ada" }))],
    decide: ({ claims }) => allow({ principalId: claims.sub, routes: granted }),
  });
  const answer = async (event: AuthorizerEvent) => {
    const made = await decide(event);
    answers.push(made);
    return made;
  };
  const connect = () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat.v1" } });
  await using running = await startApi({ authorizer: answer, connect }, withAuthorizer(["connect"]));
  const protocols = ["chat.v1", "bearer.opaque"];
  await fc.assert(
    fc.asyncProperty(routeSets, fc.boolean(), async (routes, named) => {
      granted = named ? [...routes, "$connect"] : routes;
      if (named) {
        const { ws } = await running.open("", { protocols });
        expect(ws.protocol).toBe("chat.v1");
        ws.terminate();
      } else expect(await running.refused("/dev", { protocols })).toMatchObject({ status: 403 });
      const made = answers.at(-1);
      const policy = made && "policyDocument" in made ? made.policyDocument : undefined;
      const own = policy?.Statement[0]?.Resource.toString() ?? "";
      expect(own).toMatch(/^arn:aws:execute-api:us-east-1:\d{12}:wsapi12345\/dev\/\$connect$/);
      expect(evaluatePolicy(policy, own)).toBe(named ? "allow" : "explicit-deny");
      for (const call of ["dev/GET/rooms", "prod/$connect", "dev/send", "dev/$connect/*"])
        expect(evaluatePolicy(policy, own.replace("dev/$connect", call))).toBe("implicit-deny");
    }),
    { numRuns: 60 },
  );
});
