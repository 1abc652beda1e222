import { afterEach, describe, expect, test } from "vitest";
import { startHttpDoor } from "../../../src/doors/http.ts";
import { type InlineHandler, inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { createHttpApi } from "../../../src/invoke/http-api.ts";
import { type ManualClock, manualClock } from "../../../src/manual-clock.ts";
import type { HttpApi, HttpRoute } from "../../../src/model/http-api.ts";
import { type Functions, type Invocation, systemIds } from "../../../src/ports.ts";
import { authorizer, httpApi, recordedLog, route, service, lambda } from "./requests.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Given {
  readonly routes: readonly (string | HttpRoute)[];
  readonly api?: Partial<HttpApi>;
  readonly handlers?: Readonly<Record<string, InlineHandler>>;
  readonly functions?: Functions;
  readonly clock?: ManualClock;
}

async function serve(given: Given) {
  const clock = given.clock ?? manualClock();
  const log = recordedLog();
  const application = createHttpApi({
    api: httpApi(given.routes, given.api),
    service: service(),
    functions: given.functions ?? inlineFunctions(given.handlers ?? {}, clock),
    clock,
    ids: systemIds,
    log,
  });
  const door = await startHttpDoor({ port: 0, for: "the HTTP API", application });
  closing.push(() => door.close());
  return { url: `http://127.0.0.1:${door.port}`, log, clock };
}

const echo = (event: unknown) => event;
const told = async (answer: Response) => [answer.status, await answer.text()];
const message = (text: string) => JSON.stringify({ message: text });

describe("a Lambda integration", () => {
  test("gets payload 2.0 and gives the answer", async () => {
    const api = await serve({ routes: ["POST /rooms/{room}"], handlers: { f: echo } });
    const answer = await fetch(`${api.url}/rooms/a%20b?x=1`, { method: "POST", body: "hi" });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-amzn-requestid")).toBeNull();
    expect(await answer.json()).toMatchObject({
      version: "2.0",
      routeKey: "POST /rooms/{room}",
      rawPath: "/rooms/a b",
      rawQueryString: "x=1",
      pathParameters: { room: "a b" },
      body: "hi",
      isBase64Encoded: false,
      requestContext: { requestId: answer.headers.get("apigw-requestid"), stage: "$default" },
    });
    expect(api.log.lines).toEqual(["info HTTP POST /rooms/a%20b 200 0 ms (POST /rooms/{room})"]);
  });

  test("gets payload 1.0 where the route asks for it", async () => {
    const handler = (event: { version: string; path: string }) => ({
      statusCode: 201,
      multiValueHeaders: { "x-two": ["a", "b"] },
      body: `${event.version} ${event.path}`,
    });
    const api = await serve({
      routes: [route("GET /a", { integration: { ...lambda, payloadVersion: "1.0" } })],
      handlers: { f: handler },
    });
    const answer = await fetch(`${api.url}/a`);
    expect(await told(answer)).toEqual([201, "1.0 /a"]);
    expect(answer.headers.get("x-two")).toBe("a, b");
  });

  test.each<[string, Invocation, number, string]>([
    [
      "an error",
      { kind: "failed", errorType: "Error", errorMessage: "secret" },
      500,
      "Internal Server Error",
    ],
    ["no answer in time", { kind: "timed-out" }, 503, "Service Unavailable"],
    ["throttling", { kind: "throttled" }, 500, "Internal Server Error"],
    ["an event over 6 MB", { kind: "too-large", which: "event" }, 413, "Request Entity Too Large"],
    ["a result over 6 MB", { kind: "too-large", which: "result" }, 500, "Internal Server Error"],
    ["a malformed result", { kind: "returned", payload: '{"statusCode":0}' }, 500, "Internal Server Error"],
  ])("%s", async (_name, invocation, status, says) => {
    const functions: Functions = {
      ...inlineFunctions({}),
      invoke: () => Promise.resolve(invocation),
    };
    const api = await serve({ routes: ["$default"], functions });
    const answer = await fetch(api.url);
    expect(answer.headers.get("apigw-requestid")).toMatch(/^.{15}=$/);
    expect(answer.headers.get("content-type")).toBe(status === 503 ? null : "application/json");
    expect(await told(answer)).toEqual([status, message(says)]);
    expect(api.log.lines.join()).not.toContain("secret");
  });
});

describe("routing", () => {
  test("an unknown route or stage is 404", async () => {
    const plain = await serve({ routes: ["GET /a"], handlers: { f: echo } });
    for (const path of ["/b", "/a/", "/"]) {
      expect(await told(await fetch(plain.url + path))).toEqual([404, message("Not Found")]);
    }
    const named = await serve({ routes: ["GET /a", "GET /"], api: { stage: "beta" }, handlers: { f: echo } });
    expect((await fetch(`${named.url}/a`)).status).toBe(404);
    expect((await fetch(`${named.url}/betamax`)).status).toBe(404);
    expect((await fetch(`${named.url}/beta`)).status).toBe(200);
    expect(await (await fetch(`${named.url}/beta/a`)).json()).toMatchObject({ rawPath: "/beta/a" });
  });

  test("an encoded slash stays in its segment", async () => {
    const api = await serve({ routes: ["GET /files/{name}"], handlers: { f: echo } });
    expect(await (await fetch(`${api.url}/files/a%2Fb`)).json()).toMatchObject({
      pathParameters: { name: "a/b" },
    });
  });
});

describe("limits", () => {
  test("a long URL is 414, long headers are 431, a large body is 413", async () => {
    const api = await serve({ routes: ["$default"], handlers: { f: echo } });
    expect((await fetch(`${api.url}/${"a".repeat(10_300)}`)).status).toBe(414);
    expect((await fetch(api.url, { headers: { a: "a".repeat(10_240) } })).status).toBe(431);
    for (const size of [10_485_761, 5_000_000]) {
      const answer = await fetch(api.url, { method: "POST", body: new Uint8Array(size) });
      expect(await told(answer)).toEqual([413, message("Request Entity Too Large")]);
    }
  });
});

describe("CORS", () => {
  const cors = {
    allowOrigins: ["https://chat.example"],
    allowMethods: ["GET"],
    allowHeaders: ["authorization"],
    exposeHeaders: [],
    allowCredentials: false,
  };
  const origin = "https://chat.example";

  test("a preflight needs no route and asks no authorizer", async () => {
    const api = await serve({ routes: ["GET /a"], api: { cors }, handlers: {} });
    const headers = { origin, "access-control-request-method": "GET" };
    const answer = await fetch(`${api.url}/nowhere`, { method: "OPTIONS", headers });
    expect(await told(answer)).toEqual([204, ""]);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-allow-headers")).toBe("authorization");
  });

  test("a refusal has its headers too, and the page can read it", async () => {
    const api = await serve({ routes: ["GET /a"], api: { cors }, handlers: {} });
    const answer = await fetch(`${api.url}/b`, { headers: { origin } });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([404, origin]);
  });

  test("the function's own headers give way", async () => {
    const own = () => ({
      statusCode: 200,
      headers: { "access-control-allow-origin": "https://own.example" },
    });
    const api = await serve({ routes: ["GET /a"], api: { cors }, handlers: { f: own } });
    const other = await fetch(`${api.url}/a`, { headers: { origin: "https://other.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("an authorizer", () => {
  const session = authorizer({ type: "REQUEST", payloadVersion: "2.0", simpleResponses: true });
  const routes = [route("GET /a", { authorizerId: "auth01" }), route("GET /b", { authorizerId: "auth01" })];
  const ask = (url: string, authorization = "t") => fetch(url, { headers: { authorization } });

  test("with simple responses is asked once for every route that uses it", async () => {
    const seen: { routeKey: string }[] = [];
    const answers = (event: (typeof seen)[number]) => {
      seen.push(event);
      return { isAuthorized: true, context: { roles: ["a"] } };
    };
    const api = await serve({
      routes,
      api: { authorizers: [session] },
      handlers: { f: echo, authorizer: answers },
    });
    expect(await (await ask(`${api.url}/a`)).json()).toMatchObject({
      requestContext: { authorizer: { lambda: { roles: ["a"] } } },
    });
    expect((await ask(`${api.url}/b`)).status).toBe(200);
    expect(seen).toMatchObject([
      { version: "2.0", type: "REQUEST", routeKey: "GET /a", identitySource: ["t"] },
    ]);
    api.clock.advance(300_000);
    await ask(`${api.url}/b`);
    expect(seen).toHaveLength(2);
  });

  test("can be told apart by route with $context.routeKey", async () => {
    let calls = 0;
    const answers = (event: { routeKey: string }) => {
      calls += 1;
      return { isAuthorized: event.routeKey === "GET /a" };
    };
    const sources = [...session.identitySources, { from: "context", name: "routeKey" }] as const;
    const apart = { ...session, identitySources: sources };
    const api = await serve({
      routes,
      api: { authorizers: [apart] },
      handlers: { f: echo, authorizer: answers },
    });
    expect([(await ask(`${api.url}/a`)).status, (await ask(`${api.url}/b`)).status, calls]).toEqual([
      200, 403, 2,
    ]);
  });

  test("is not asked where an identity source is missing", async () => {
    const api = await serve({ routes, api: { authorizers: [session] }, handlers: { f: echo } });
    expect(await told(await fetch(`${api.url}/a`))).toEqual([401, message("Unauthorized")]);
  });

  const policyDocument = (arn: string) => ({
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: arn }],
  });
  test.each(["1.0", "2.0"] as const)(
    "with a policy in payload %s is judged for each ARN",
    async (payloadVersion) => {
      const answers = (event: { methodArn?: string; routeArn?: string }) => ({
        principalId: "ada",
        policyDocument: policyDocument(event.methodArn ?? event.routeArn ?? ""),
        context: { n: 1 },
      });
      const withPolicy = authorizer({ type: "REQUEST", payloadVersion });
      const api = await serve({
        routes,
        api: { authorizers: [withPolicy] },
        handlers: { f: echo, authorizer: answers },
      });
      expect(await (await ask(`${api.url}/a`)).json()).toMatchObject({
        requestContext: { authorizer: { lambda: { n: payloadVersion === "1.0" ? "1" : 1 } } },
      });
      expect(await told(await ask(`${api.url}/b`))).toEqual([403, message("Forbidden")]);
    },
  );

  const fails = (text: string) => () => {
    throw new Error(text);
  };
  const forbidden = [403, message("Forbidden")];
  const broken = [500, message("Internal Server Error")];
  test.each<[string, "1.0" | "2.0", InlineHandler, unknown[]]>([
    ["says no", "2.0", () => ({ isAuthorized: false }), forbidden],
    ["says neither yes nor no", "2.0", () => ({ isAuthorized: "true" }), broken],
    ["throws Unauthorized", "1.0", fails("Unauthorized"), [401, message("Unauthorized")]],
    ["throws Unauthorized", "2.0", fails("Unauthorized"), broken],
    ["throws anything else", "1.0", fails("oh"), broken],
  ])("that %s in payload %s", async (_name, payloadVersion, answers, expected) => {
    const given = authorizer({ type: "REQUEST", payloadVersion, simpleResponses: payloadVersion === "2.0" });
    const api = await serve({
      routes,
      api: { authorizers: [given] },
      handlers: { f: echo, authorizer: answers },
    });
    expect(await told(await ask(`${api.url}/a`))).toEqual(expected);
  });
});

test("30 s is the end, whatever the function does", async () => {
  const clock = manualClock();
  const called = Promise.withResolvers<void>();
  const never = () => {
    called.resolve();
    return new Promise(() => {});
  };
  const api = await serve({ routes: ["$default"], handlers: { f: never }, clock });
  const answer = fetch(api.url);
  await called.promise;
  clock.advance(30_000);
  expect(await told(await answer)).toEqual([503, message("Service Unavailable")]);
});
