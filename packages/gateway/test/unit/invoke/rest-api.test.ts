import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { startHttpDoor } from "../../../src/doors/http.ts";
import { type InlineHandler, inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { createRestApi } from "../../../src/invoke/rest-api.ts";
import { type ManualClock, manualClock } from "../../../src/manual-clock.ts";
import type { RestApi, RestMethod } from "../../../src/model/rest-api.ts";
import type { Service } from "../../../src/model/service.ts";
import { systemIds } from "../../../src/ports.ts";
import type { Functions, Invocation } from "../../../src/ports.ts";
import { authorizer, method, recordedLog, restApi, service } from "./requests.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Given {
  readonly methods: readonly RestMethod[];
  readonly api?: Partial<RestApi>;
  readonly handlers?: Readonly<Record<string, InlineHandler>>;
  readonly functions?: Functions;
  readonly service?: Partial<Service>;
  readonly clock?: ManualClock;
}

async function serve(given: Given) {
  const clock = given.clock ?? manualClock();
  const log = recordedLog();
  const application = createRestApi({
    api: restApi(given.methods, given.api),
    service: service(given.service),
    functions: given.functions ?? inlineFunctions(given.handlers ?? {}, clock),
    apiKeyValues: new Map([["key02", "generated-value-of-40-characters"]]),
    clock,
    ids: systemIds,
    log,
  });
  const door = await startHttpDoor({ port: 0, for: "the REST API", application });
  closing.push(() => door.close());
  const url = `http://127.0.0.1:${door.port}/dev`;
  return { url, port: door.port, log, clock };
}

const echo = (event: unknown) => ({ statusCode: 200, body: JSON.stringify(event) });
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const told = async (answer: Response) => [
  answer.status,
  answer.headers.get("x-amzn-errortype"),
  await answer.text(),
];

describe("a Lambda proxy integration", () => {
  test("gets the event and gives the answer", async () => {
    const api = await serve({ methods: [method("POST /rooms/{room}")], handlers: { f: echo } });
    const answer = await fetch(`${api.url}/rooms/42?a=1`, { method: "POST", body: "hello" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-amzn-requestid")).toMatch(uuid);
    expect(answer.headers.get("x-amz-apigw-id")).toMatch(/^.{15}=$/);
    expect(answer.headers.get("x-amzn-trace-id")).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=/);
    const event = await answer.json();
    expect(event).toMatchObject({
      resource: "/rooms/{room}",
      path: "/rooms/42",
      pathParameters: { room: "42" },
      queryStringParameters: { a: "1" },
      body: "hello",
      requestContext: { requestId: answer.headers.get("x-amzn-requestid"), path: "/dev/rooms/42" },
    });
    expect(api.log.lines).toEqual(["info REST POST /dev/rooms/42 200 0 ms (POST /rooms/{room})"]);
  });

  test("base64 is decoded for the first type of Accept only", async () => {
    const png = { isBase64Encoded: true, body: "aGk=", headers: { "content-type": "image/png" } };
    const api = await serve({
      methods: [method("GET /")],
      api: { binaryMediaTypes: ["image/*"] },
      handlers: { f: () => png },
    });
    const body = async (accept: string) => (await fetch(api.url, { headers: { accept } })).text();
    expect(await body("image/webp,text/html")).toBe("hi");
    expect(await body("text/html,image/webp")).toBe("aGk=");
    expect(await body("*/*")).toBe("aGk=");
  });

  test("headers are renamed and dropped as API Gateway does", async () => {
    const headers = {
      "WWW-Authenticate": "Bearer",
      Via: "x",
      "Content-Length": "999",
      Connection: "close",
      "X-Ok": "1",
    };
    const api = await serve({ methods: [method("GET /")], handlers: { f: () => ({ headers, body: "hi" }) } });
    const answer = await fetch(api.url);
    expect(await answer.text()).toBe("hi");
    const got = [
      "www-authenticate",
      "x-amzn-remapped-www-authenticate",
      "via",
      "x-amzn-remapped-connection",
      "x-ok",
    ];
    expect(got.map((name) => answer.headers.get(name))).toEqual([null, "Bearer", null, "close", "1"]);
  });

  const integration = '{"message": "Internal server error"}';
  test.each<[string, Invocation, number, string]>([
    ["an error", { kind: "failed", errorType: "Error", errorMessage: "secret" }, 502, integration],
    ["no answer in time", { kind: "timed-out" }, 504, '{"message": "Endpoint request timed out"}'],
    ["throttling", { kind: "throttled" }, 500, integration],
    ["an event over 6 MB", { kind: "too-large", which: "event" }, 413, '{"message": "Request Too Long"}'],
    ["a result over 6 MB", { kind: "too-large", which: "result" }, 502, integration],
    ["a malformed result", { kind: "returned", payload: '"hello"' }, 502, integration],
    [
      "broken base64",
      { kind: "returned", payload: '{"body":"%","isBase64Encoded":true}' },
      500,
      '{"message":"Internal server error"}',
    ],
  ])("%s", async (_name, invocation, status, body) => {
    const functions: Functions = {
      ...inlineFunctions({}),
      invoke: () => Promise.resolve(invocation),
    };
    const api = await serve({ methods: [method("GET /")], api: { binaryMediaTypes: ["*/*"] }, functions });
    const answer = await fetch(api.url);
    const type = status === 413 ? "BadRequestException" : "InternalServerErrorException";
    expect(await told(answer)).toEqual([status, type, body]);
    expect(answer.headers.get("x-amzn-requestid")).toMatch(uuid);
    expect(answer.headers.get("x-amzn-trace-id")).toBeNull();
    expect(api.log.lines.join()).not.toContain("secret");
  });

  test("29 s is the end, whatever the function does", async () => {
    const clock = manualClock();
    const called = Promise.withResolvers<void>();
    const never = () => {
      called.resolve();
      return new Promise(() => {});
    };
    const api = await serve({ methods: [method("GET /")], handlers: { f: never }, clock });
    const answer = fetch(api.url);
    await called.promise;
    clock.advance(29_000);
    expect(await told(await answer)).toEqual([
      504,
      "InternalServerErrorException",
      '{"message": "Endpoint request timed out"}',
    ]);
    expect(api.log.lines).toEqual([
      "warn REST GET /: The function did not answer in time",
      "info REST GET /dev 504 29000 ms (GET /)",
    ]);
  });
});

describe("what meets no method", () => {
  test.each([
    ["GET", "/dev/nowhere"],
    ["HEAD", "/dev/rooms"],
    ["DELETE", "/dev/rooms"],
  ])("%s %s is 403 Missing Authentication Token", async (verb, path) => {
    const api = await serve({ methods: [method("GET /rooms")], handlers: { f: echo } });
    const answer = await fetch(new URL(path, api.url), { method: verb });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
    if (verb !== "HEAD") expect(await answer.text()).toBe('{"message":"Missing Authentication Token"}');
  });

  test("another stage is 403 Forbidden", async () => {
    const api = await serve({ methods: [method("GET /rooms")], handlers: { f: echo } });
    for (const path of ["/prod/rooms", "/", "/development/rooms"]) {
      const answer = await fetch(new URL(path, api.url));
      expect(await told(answer)).toEqual([403, "ForbiddenException", '{"message":"Forbidden"}']);
    }
  });
});

test("a MOCK preflight is answered from the definition", async () => {
  const headers = {
    "Access-Control-Allow-Origin": "https://a.example",
    "Access-Control-Allow-Methods": "GET",
  };
  const origins = ["https://a.example", "https://b.example"];
  const mock = method("OPTIONS /rooms", { integration: { type: "MOCK_CORS", headers, origins } });
  const api = await serve({ methods: [mock] });
  const answer = await fetch(`${api.url}/rooms`, {
    method: "OPTIONS",
    headers: { origin: "https://b.example" },
  });
  expect([answer.status, await answer.text(), answer.headers.get("content-type")]).toEqual([
    200,
    "",
    "application/json",
  ]);
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://b.example");
  expect(answer.headers.get("access-control-allow-methods")).toBe("GET");
});

describe("limits", () => {
  test("a long URL is 414, long headers are 431, a large body is 413 in plain text", async () => {
    const api = await serve({ methods: [method("ANY /{proxy+}")], handlers: { f: echo } });
    expect((await fetch(`${api.url}/${"a".repeat(10_300)}`)).status).toBe(414);
    expect((await fetch(`${api.url}/a`, { headers: { a: "a".repeat(10_240) } })).status).toBe(431);
    const big = await fetch(`${api.url}/a`, { method: "POST", body: new Uint8Array(10_485_761) });
    expect([big.status, await big.text()]).toEqual([413, "HTTP content length exceeded 10485760 bytes."]);
    expect(big.headers.get("x-amzn-requestid")).toBeNull();
    const between = await fetch(`${api.url}/a`, { method: "POST", body: "x".repeat(7_000_000) });
    expect([between.status, await between.text()]).toEqual([413, '{"message": "Request Too Long"}']);
  });

  test("URLs that fetch would mend are answered too", async () => {
    const api = await serve({
      methods: [method("ANY /{proxy+}")],
      handlers: { f: (event: { path: string }) => ({ body: event.path }) },
    });
    const socket = connect(api.port, "127.0.0.1");
    socket.end("GET /dev//a/../%00/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    await once(socket, "close");
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n\/a\/\.\.\/%00\/%zz$/);
  });
});

describe("a TOKEN authorizer", () => {
  const allow = (resource: string, more: object = {}) => ({
    principalId: "ada",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: resource }],
    },
    ...more,
  });
  const routes = [method("GET /a", { authorizerId: "auth01" }), method("GET /b", { authorizerId: "auth01" })];
  const ask = (url: string, token = "Bearer t") => fetch(url, { headers: { authorization: token } });

  test("is asked once within its TTL, and its policy judged for each ARN", async () => {
    const seen: unknown[] = [];
    const answers = (event: { methodArn: string }) => {
      seen.push(event);
      return allow(event.methodArn, { context: { n: 1, ok: true } });
    };
    const api = await serve({
      methods: routes,
      api: { authorizers: [authorizer()] },
      handlers: { f: echo, authorizer: answers },
    });
    const first = await ask(`${api.url}/a`);
    const event = (await first.json()) as { requestContext: { authorizer: unknown } };
    expect(event.requestContext.authorizer).toEqual({
      principalId: "ada",
      n: "1",
      ok: "true",
      integrationLatency: 0,
    });
    expect(await told(await ask(`${api.url}/b`))).toEqual([
      403,
      "AccessDeniedException",
      '{"Message":"User is not authorized to access this resource"}',
    ]);
    expect(seen).toEqual([
      {
        type: "TOKEN",
        methodArn: "arn:aws:execute-api:us-east-1:123456789012:restapi001/dev/GET/a",
        authorizationToken: "Bearer t",
      },
    ]);
    expect((await ask(`${api.url}/b`, "Bearer other")).status).toBe(200);
    expect(seen).toHaveLength(2);
    api.clock.advance(300_000);
    expect((await ask(`${api.url}/b`)).status).toBe(200);
    expect(seen).toHaveLength(3);
  });

  test("with a TTL of 0 is asked every time", async () => {
    let calls = 0;
    const answers = () => {
      calls += 1;
      return allow("*");
    };
    const api = await serve({
      methods: routes,
      api: { authorizers: [authorizer({ ttlSeconds: 0 })] },
      handlers: { f: echo, authorizer: answers },
    });
    await ask(`${api.url}/a`);
    await ask(`${api.url}/a`);
    expect(calls).toBe(2);
  });

  test("is not asked without a token, or with one that does not fit", async () => {
    const api = await serve({
      methods: routes,
      api: { authorizers: [authorizer({ identityValidation: "Bearer [a-z]+" })] },
      handlers: { f: echo, authorizer: () => allow("*") },
    });
    const unauthorized = [401, "UnauthorizedException", '{"message":"Unauthorized"}'];
    expect(await told(await fetch(`${api.url}/a`))).toEqual(unauthorized);
    expect(await told(await ask(`${api.url}/a`, ""))).toEqual(unauthorized);
    expect(await told(await ask(`${api.url}/a`, "Bearer 123"))).toEqual(unauthorized);
    expect((await ask(`${api.url}/a`)).status).toBe(200);
  });

  const fails = (message: string) => () => {
    throw new Error(message);
  };
  const deny = { Version: "2012-10-17", Statement: [{ Action: "*", Effect: "Deny", Resource: "*" }] };
  const broken = [500, "AuthorizerConfigurationException", '{"message":null}'];
  test.each<[string, InlineHandler, unknown[]]>([
    [
      "throws Unauthorized",
      fails("Unauthorized"),
      [401, "UnauthorizedException", '{"message":"Unauthorized"}'],
    ],
    ["throws anything else", fails("oh"), broken],
    ["returns nothing", () => undefined, broken],
    ["has a list in its context", () => allow("*", { context: { a: [] } }), broken],
    ["has a policy that cannot be read", () => allow("*", { policyDocument: {} }), broken],
    [
      "denies",
      () => allow("*", { policyDocument: deny }),
      [
        403,
        "AccessDeniedException",
        '{"Message":"User is not authorized to access this resource with an explicit deny"}',
      ],
    ],
  ])("that %s", async (_name, answers, expected) => {
    const api = await serve({
      methods: routes,
      api: { authorizers: [authorizer()] },
      handlers: { f: echo, authorizer: answers },
    });
    expect(await told(await ask(`${api.url}/a`))).toEqual(expected);
    const warned = api.log.lines.filter((line) =>
      line.startsWith("warn REST GET /a: The authorizer session: "),
    );
    expect(warned).toHaveLength(expected === broken ? 1 : 0);
  });

  test("that never answers is given up after 10 s", async () => {
    const clock = manualClock();
    const called = Promise.withResolvers<void>();
    const answers = () => {
      called.resolve();
      return new Promise(() => {});
    };
    const api = await serve({
      methods: routes,
      api: { authorizers: [authorizer()] },
      handlers: { f: echo, authorizer: answers },
      clock,
    });
    const answer = ask(`${api.url}/a`);
    await called.promise;
    clock.advance(10_000);
    expect(await told(await answer)).toEqual(broken);
  });
});

describe("a REQUEST authorizer", () => {
  const policy = { Version: "2012-10-17", Statement: [{ Action: "*", Effect: "Allow", Resource: "*" }] };
  const sources = [
    { from: "header", name: "X-Tenant" },
    { from: "querystring", name: "key" },
    { from: "stageVariables", name: "colour" },
    { from: "context", name: "identity.sourceIp" },
  ] as const;

  async function withTtl(ttlSeconds: number) {
    const seen: { type: string; requestContext: object }[] = [];
    const answers = (event: (typeof seen)[number]) => {
      seen.push(event);
      return { principalId: "ada", policyDocument: policy };
    };
    const request = authorizer({ type: "REQUEST", identitySources: sources, ttlSeconds });
    const api = await serve({
      methods: [method("GET /a", { authorizerId: "auth01" })],
      api: { authorizers: [request], stageVariables: { colour: "blue" } },
      handlers: { f: echo, authorizer: answers },
    });
    const status = async (tenant: string, key: string) =>
      (await fetch(`${api.url}/a?key=${key}`, { headers: { "x-tenant": tenant } })).status;
    return { status, seen };
  }

  test("with caching insists on every source and keeps by their values", async () => {
    const { status, seen } = await withTtl(60);
    expect(await status("t", "")).toBe(401);
    expect(await status("", "k")).toBe(401);
    expect(seen).toHaveLength(0);
    expect([await status("t", "k"), await status("t", "k"), await status("tk", "k")]).toEqual([
      200, 200, 200,
    ]);
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({ type: "REQUEST", requestContext: { stage: "dev" } });
  });

  test("without caching is asked whatever is missing", async () => {
    const { status, seen } = await withTtl(0);
    expect([await status("", ""), await status("t", "k"), await status("t", "k")]).toEqual([200, 200, 200]);
    expect(seen).toHaveLength(3);
  });
});

describe("an API key", () => {
  const plan = {
    id: "plan01",
    name: "plan",
    apiKeyIds: ["key01", "key02", "key03"],
    stages: [{ apiId: "restapi001", stage: "dev" }],
    throttle: { rateLimit: 1, burstLimit: 2 },
    quota: { limit: 3, offset: 0, period: "DAY" },
  } as const;
  const apiKeys = [
    { id: "key01", name: "one", value: "value-of-20-characters-and-more", enabled: true },
    { id: "key02", name: "two", enabled: true },
    { id: "key03", name: "three", value: "disabled-key-value-of-20", enabled: false },
    { id: "key04", name: "four", value: "key-in-no-plan-at-all", enabled: true },
  ];
  const keyed = [method("GET /a", { apiKeyRequired: true }), method("GET /open")];
  const ask = (url: string, key: string) => fetch(url, { headers: { "x-api-key": key } });
  const given = { methods: keyed, service: { apiKeys, usagePlans: [plan] }, handlers: { f: echo } };

  test("that is missing, unknown, disabled or in no plan is 403", async () => {
    const api = await serve(given);
    const forbidden = [403, "ForbiddenException", '{"message":"Forbidden"}'];
    expect(await told(await fetch(`${api.url}/a`))).toEqual(forbidden);
    for (const key of ["nonsense", "disabled-key-value-of-20", "key-in-no-plan-at-all"]) {
      expect(await told(await ask(`${api.url}/a`, key))).toEqual(forbidden);
    }
    expect((await fetch(`${api.url}/open`)).status).toBe(200);
  });

  test("is named in the event, declared or generated", async () => {
    const api = await serve(given);
    const identity = async (key: string) => {
      const event = (await (await ask(`${api.url}/a`, key)).json()) as {
        requestContext: { identity: object };
      };
      return event.requestContext.identity;
    };
    expect(await identity("value-of-20-characters-and-more")).toMatchObject({ apiKeyId: "key01" });
    expect(await identity("generated-value-of-40-characters")).toMatchObject({
      apiKey: "generated-value-of-40-characters",
      apiKeyId: "key02",
    });
  });

  test("has a rate and a quota of its own", async () => {
    const api = await serve(given);
    const [one, two] = ["value-of-20-characters-and-more", "generated-value-of-40-characters"];
    const status = async (key = one) => (await ask(`${api.url}/a`, key)).status;
    expect([await status(), await status()]).toEqual([200, 200]);
    expect(await told(await ask(`${api.url}/a`, one))).toEqual([
      429,
      "TooManyRequestsException",
      '{"message":"Too Many Requests"}',
    ]);
    expect(await status(two)).toBe(200);
    api.clock.advance(5_000);
    expect(await status()).toBe(200);
    expect(await told(await ask(`${api.url}/a`, one))).toEqual([
      429,
      "LimitExceededException",
      '{"message":"Limit Exceeded"}',
    ]);
    api.clock.advance(86_400_000);
    expect(await status()).toBe(200);
  });

  test("comes from the authorizer where the API says so", async () => {
    const policyDocument = {
      Version: "2012-10-17",
      Statement: [{ Action: "*", Effect: "Allow", Resource: "*" }],
    };
    const answers = (event: { authorizationToken: string }) => ({
      principalId: "ada",
      policyDocument,
      usageIdentifierKey: event.authorizationToken,
    });
    const api = await serve({
      ...given,
      methods: [method("GET /a", { apiKeyRequired: true, authorizerId: "auth01" })],
      api: { authorizers: [authorizer()], apiKeySource: "AUTHORIZER" },
      handlers: { f: echo, authorizer: answers },
    });
    const status = async (authorization: string, key = "") =>
      (await fetch(`${api.url}/a`, { headers: { authorization, "x-api-key": key } })).status;
    expect(await status("value-of-20-characters-and-more")).toBe(200);
    expect(await status("nonsense", "value-of-20-characters-and-more")).toBe(403);
  });
});
