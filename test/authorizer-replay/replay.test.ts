// The answer for one route, kept by the gateway and used for every other: allowed exactly where `routes` says.
import { allow, authorizer, custom, fromHeader } from "@gatewright/authorizer";
import type { AuthorizerEvent } from "@gatewright/contract";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { inlineFunctions } from "../../packages/gateway/src/integrations/inline-functions.ts";
import type { ArrivedHttp, HttpApplication } from "../../packages/gateway/src/invoke/application.ts";
import { createHttpApi } from "../../packages/gateway/src/invoke/http-api.ts";
import { createRestApi } from "../../packages/gateway/src/invoke/rest-api.ts";
import { evaluatePolicy } from "../../packages/gateway/src/policy/policy.ts";
import { manualClock } from "../../packages/gateway/src/manual-clock.ts";
import type { LambdaAuthorizer } from "../../packages/gateway/src/model/authorizer.ts";
import type { Service } from "../../packages/gateway/src/model/service.ts";
import { systemIds } from "../../packages/gateway/src/ports.ts";

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

function serve(kind: Kind, routes: readonly string[]) {
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
  return { application, asked: () => asked };
}

async function call(application: HttpApplication, kind: Kind, { method, path }: (typeof calls)[number]) {
  const arrived: ArrivedHttp = {
    method,
    path: kind.name.startsWith("REST") ? `/dev${path}` : path,
    query: "",
    headers: [["authorization", "Bearer opaque"]],
    body: Buffer.alloc(0),
    sourceIp: "127.0.0.1",
    protocol: "http",
    host: "127.0.0.1",
  };
  return (await application.answer(arrived)).status;
}

test.each(kinds)("$name", async (kind) => {
  await fc.assert(
    fc.asyncProperty(routeSets, fc.nat(calls.length - 1), async (routes, first) => {
      const { application, asked } = serve(kind, routes);
      const order = [...calls.slice(first), ...calls.slice(0, first)];
      for (const one of order) {
        const status = await call(application, kind, one);
        // A simple answer is for the route's key, and so for all that the key can match.
        const path = kind.kept === "route" ? one.template : one.path;
        expect([one, status]).toEqual([one, isGranted(routes, one.method, path) ? 200 : 403]);
        if (status === 200) expect(isGranted(routes, one.method, one.path)).toBe(true);
      }
      expect(asked()).toBe(kind.kept === "all" ? 1 : calls.length);
    }),
    { numRuns: 60 },
  );
});

test("WebSocket: the policy is for $connect alone, and only where it is named", async () => {
  const stage = "arn:aws:execute-api:us-east-1:123456789012:api0000001/dev";
  await fc.assert(
    fc.asyncProperty(routeSets, fc.boolean(), async (routes, named) => {
      const decide = authorizer({
        token: [fromHeader("authorization")],
        verify: [custom(() => ({ sub: "ada" }))],
        decide: ({ claims }) =>
          allow({ principalId: claims.sub, routes: named ? [...routes, "$connect"] : routes }),
      });
      const event = {
        type: "REQUEST",
        methodArn: `${stage}/$connect`,
        headers: { Authorization: "Bearer opaque" },
        requestContext: { connectionId: "c", eventType: "CONNECT", routeKey: "$connect" },
      } as unknown as AuthorizerEvent; // the parts that are read
      const answer = await decide(event);
      const policy = "policyDocument" in answer ? answer.policyDocument : undefined;
      expect(evaluatePolicy(policy, `${stage}/$connect`)).toBe(named ? "allow" : "explicit-deny");
      expect(evaluatePolicy(policy, `${stage}/GET/rooms`)).toBe("implicit-deny");
      expect(evaluatePolicy(policy, `${stage.replace("dev", "prod")}/$connect`)).toBe("implicit-deny");
    }),
  );
});
