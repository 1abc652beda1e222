import type { AuthorizerEvent } from "@gatewright/contract";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  allow,
  authorizer,
  cognito,
  custom,
  deny,
  failures,
  fromHeader,
  fromSubprotocol,
  type AuthorizerOutcome,
  type Decision,
} from "../../src/index.ts";
import { api, httpEvent, httpEventV1, restEvent, tokenEvent, websocketEvent } from "../events.ts";
import { accessClaims, clientId, startPool, userPoolId, type Pool } from "../pool.ts";

let pool: Pool;
beforeAll(async () => {
  pool = await startPool();
  vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", pool.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await pool.close();
});

const sub = accessClaims()["sub"];
const context = { name: "ada", level: 3, admin: false };
const encoded = { ...context, gw: JSON.stringify(context) };

function chat(decide?: () => Decision, extra: { httpResponse?: "policy" } = {}) {
  const outcomes: AuthorizerOutcome[] = [];
  let passed = 0;
  const now = () => Date.now() + passed;
  const handler = authorizer({
    token: [fromHeader("authorization"), fromSubprotocol()],
    verify: [cognito({ userPoolId, clientId, tokenUse: "access" }, { now })],
    decide: ({ claims }) => decide?.() ?? allow({ principalId: claims.sub, context }),
    onOutcome: (outcome) => outcomes.push(outcome),
    ...extra,
  });
  return { handler, outcomes, pass: (ms: number) => void (passed += ms) };
}

const withToken = (token: string) => ({ headers: { Authorization: [`Bearer ${token}`] } });
const offering = (token: string) => ({
  headers: { "Sec-WebSocket-Protocol": [`chat.v1, bearer.${token}`] },
});

function policy(effect: "Allow" | "Deny", resource: string | string[], principalId: unknown = sub) {
  return {
    principalId,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: [resource].flat() }],
    },
  };
}

describe("a good token", () => {
  const kinds: [string, (token: string) => AuthorizerEvent, object][] = [
    ["REST TOKEN", (t) => tokenEvent(`bearer ${t}`), policy("Allow", `${api}/dev/*`)],
    ["REST REQUEST", (t) => restEvent(withToken(t)), policy("Allow", `${api}/dev/*`)],
    ["WebSocket", (t) => websocketEvent(offering(t)), policy("Allow", `${api}/dev/$connect`)],
    ["HTTP 1.0", (t) => httpEventV1(withToken(t)), policy("Allow", `${api}/$default/*`)],
    ["HTTP 2.0", (t) => httpEvent(withToken(t)), { isAuthorized: true }],
  ];
  test.each(kinds)("is answered in the words of %s", async (kind, event, expected) => {
    const { handler, outcomes } = chat();
    const result = await handler(event(await pool.sign()));
    const extra = kind === "HTTP 2.0" ? { principalId: sub } : {};
    expect(result).toEqual({ ...expected, context: { ...extra, ...encoded } });
    expect(outcomes).toEqual([
      { kind: "allowed", code: "ALLOWED", api: expect.any(String), principalId: sub },
    ]);
  });

  test("is answered by a policy on an HTTP API that wants one", async () => {
    const { handler } = chat(undefined, { httpResponse: "policy" });
    const result = await handler(httpEvent(withToken(await pool.sign())));
    expect(result).toEqual({ ...policy("Allow", `${api}/$default/*`), context: encoded });
  });

  test("with no right is denied with 403 on every kind", async () => {
    const { handler, outcomes } = chat(() => deny({ reason: "banned" }));
    const token = await pool.sign();
    expect(await handler(tokenEvent(token))).toEqual(policy("Deny", `${api}/dev/*`));
    expect(await handler(restEvent(withToken(token)))).toEqual(policy("Deny", `${api}/dev/*`));
    expect(await handler(websocketEvent(offering(token)))).toEqual(policy("Deny", `${api}/dev/$connect`));
    expect(await handler(httpEvent(withToken(token)))).toEqual({ isAuthorized: false });
    expect(outcomes).toHaveLength(4);
    expect(outcomes[0]).toEqual({
      kind: "denied",
      code: "DENIED",
      api: "token",
      principalId: sub,
      detail: "banned",
    });
  });

  test("fetches the keys once for all calls", async () => {
    const { handler } = chat();
    const before = pool.fetches();
    await Promise.all([pool.sign(), pool.sign()].map(async (token) => handler(tokenEvent(await token))));
    await handler(tokenEvent(await pool.sign()));
    expect(pool.fetches() - before).toBe(1);
  });
});

describe("no good token", () => {
  const events: [string, (headers: Record<string, string[]>) => AuthorizerEvent][] = [
    ["REST REQUEST", (headers) => restEvent({ headers })],
    ["WebSocket", (headers) => websocketEvent({ headers })],
    ["HTTP 1.0", (headers) => httpEventV1({ headers })],
  ];
  test.each(events)("makes %s answer 401 by AWS's exact word", async (_kind, event) => {
    const { handler, outcomes } = chat();
    const error = await handler(event({})).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toBe("Unauthorized");
    expect(outcomes).toMatchObject([{ kind: "unauthenticated", code: "TOKEN_MISSING" }]);
  });

  test("makes HTTP 2.0 answer 403: it knows no other refusal", async () => {
    expect(await chat().handler(httpEvent({}))).toEqual({ isAuthorized: false });
    const { handler } = chat(undefined, { httpResponse: "policy" });
    expect(await handler(httpEvent({}))).toEqual(policy("Deny", `${api}/$default/*`, "anonymous"));
  });

  test("is what two different tokens are, wherever they are", async () => {
    const { handler, outcomes } = chat();
    const [one, two] = [await pool.sign(), await pool.sign({ sub: "somebody else" })];
    const headers = {
      Authorization: [`Bearer ${one}`],
      "Sec-WebSocket-Protocol": [`chat.v1, bearer.${two}`],
    };
    await expect(handler(websocketEvent({ headers }))).rejects.toThrow(/^Unauthorized$/);
    await expect(
      handler(restEvent({ headers: { authorization: [`Bearer ${one}`, `Bearer ${two}`] } })),
    ).rejects.toThrow(/^Unauthorized$/);
    expect(outcomes.map(({ code }) => code)).toEqual(["TOKENS_DIFFER", "TOKENS_DIFFER"]);
  });
});

describe("what cannot be found out", () => {
  test("is 500 and never an allow: the keys cannot be fetched", async () => {
    const { handler, outcomes, pass } = chat();
    pool.answerKeys({ status: 503, body: "" });
    const token = await pool.sign();
    const error = await handler(httpEvent(withToken(token))).catch((error: unknown) => error);
    expect(failures.is(error) && error.code).toBe("AUTHORIZER_UNAVAILABLE");
    expect(String(error)).toContain("VPC");
    expect(String(error)).not.toContain(token);
    expect(outcomes).toMatchObject([{ kind: "unavailable", code: "KEYS_UNAVAILABLE" }]);

    pool.answerKeys({ status: 200, body: "<html>" });
    pass(1000);
    await expect(handler(tokenEvent(token))).rejects.toMatchObject({ code: "AUTHORIZER_UNAVAILABLE" });
    expect(outcomes[1]).toMatchObject({ kind: "unavailable", code: "KEYS_UNREADABLE" });

    pool.answerKeys(undefined);
    pass(1000);
    await expect(handler(tokenEvent(token))).resolves.toMatchObject({ principalId: sub });
  });

  test("does not concern tokens whose key is known already", async () => {
    const { handler } = chat();
    await handler(tokenEvent(await pool.sign()));
    pool.answerKeys({ status: 500, body: "" });
    await expect(handler(tokenEvent(await pool.sign()))).resolves.toMatchObject({ principalId: sub });
    pool.answerKeys(undefined);
  });

  test("is what an endpoint that nobody listens on gives", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://127.0.0.1:1");
    const { handler, outcomes } = chat();
    await expect(handler(tokenEvent(await pool.sign()))).rejects.toMatchObject({
      code: "AUTHORIZER_UNAVAILABLE",
    });
    expect(outcomes).toMatchObject([{ kind: "unavailable", code: "KEYS_UNREACHABLE" }]);
    vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", pool.endpoint);
  });

  test("is an error of the user's decision: it goes on as it is", async () => {
    const { handler, outcomes } = chat(() => {
      throw new RangeError("no table");
    });
    await expect(handler(httpEvent(withToken(await pool.sign())))).rejects.toThrow(RangeError);
    expect(outcomes).toMatchObject([{ kind: "unavailable", code: "DECIDE_FAILED" }]);
  });

  test("is an error of a verifier: only its name is told", async () => {
    const handler = authorizer({
      token: [fromHeader("authorization")],
      verify: [
        custom((token): { sub: string } => {
          throw new TypeError(`cannot look up ${token}`);
        }),
      ],
      decide: ({ claims }) => allow({ principalId: claims.sub }),
    });
    const error = await handler(tokenEvent("s3cr3t")).catch((error: unknown) => error);
    expect(String(error)).toContain("VERIFIER_FAILED (TypeError)");
    expect(JSON.stringify([error, (error as Error).stack, (error as Error).cause])).not.toContain("s3cr3t");
  });
});

describe("a grant for some routes", () => {
  const some = (...routes: string[]) => chat(() => allow({ principalId: "ada", routes }));

  test("becomes the whole set, so that the cached policy fits the next call", async () => {
    const { handler } = some("GET /rooms/*", "ANY /", "* *", "$connect");
    const token = await pool.sign();
    const result = await handler(restEvent(withToken(token)));
    expect(result).toMatchObject(
      policy("Allow", [`${api}/dev/GET/rooms/*`, `${api}/dev/*/`, `${api}/dev/*/*`], "ada"),
    );
    expect(await handler(websocketEvent(offering(token)))).toMatchObject(
      policy("Allow", `${api}/dev/$connect`, "ada"),
    );
  });

  test("does not hold for $connect unless it names it", async () => {
    const { handler, outcomes } = some("GET /rooms/*");
    const result = await handler(websocketEvent(offering(await pool.sign())));
    expect(result).toEqual(policy("Deny", `${api}/dev/$connect`, "ada"));
    expect(outcomes).toMatchObject([{ kind: "denied", code: "ROUTE_NOT_ALLOWED", principalId: "ada" }]);
  });

  test("for no route at all allows nothing", async () => {
    const result = await some().handler(restEvent(withToken(await pool.sign())));
    expect(result).toEqual(policy("Deny", `${api}/dev/*`, "ada"));
  });

  test("is refused in a simple answer that the gateway would reuse for other routes", async () => {
    const { handler, outcomes } = some("GET /rooms/*");
    const event = httpEvent(withToken(await pool.sign()));
    await expect(handler(event)).rejects.toMatchObject({ code: "ROUTES_NOT_CACHE_SAFE" });
    expect(outcomes).toMatchObject([{ kind: "unavailable", code: "ROUTES_NOT_CACHE_SAFE" }]);
  });

  test("is compared with the route key in a simple answer that is cached by route", async () => {
    const event = async () => {
      const token = await pool.sign();
      return httpEvent({ ...withToken(token), identitySource: [`Bearer ${token}`, "GET /rooms/{room}"] });
    };
    expect(await some("GET /rooms/*").handler(await event())).toMatchObject({ isAuthorized: true });
    expect(await some("GET /rooms/42").handler(await event())).toEqual({ isAuthorized: false });
    expect(await some("POST /rooms/*").handler(await event())).toEqual({ isAuthorized: false });
  });
});

describe("a grant that cannot be answered safely", () => {
  const answer = async (decide: () => Decision) =>
    chat(decide)
      .handler(tokenEvent(await pool.sign()))
      .catch((error: unknown) => (failures.is(error) ? error.code : error));

  test.each([
    ["PRINCIPAL_MISSING", () => allow({ principalId: "" })],
    ["CONTEXT_NAME_RESERVED", () => allow({ principalId: "ada", context: { claims: "x" } })],
    ["CONTEXT_VALUE_REFUSED", () => allow({ principalId: "ada", context: { n: Number.NaN } })],
    ["ROUTE_UNREADABLE", () => allow({ principalId: "ada", routes: ["GET /rooms/{room}"] })],
    ["ROUTE_UNREADABLE", () => allow({ principalId: "ada", routes: ["get /rooms"] })],
    ["ROUTE_UNREADABLE", () => allow({ principalId: "ada", routes: ["GET /${aws:userid}"] })],
    ["RESULT_TOO_LARGE", () => allow({ principalId: "ada", context: { bio: "x".repeat(4096) } })],
    ["DECISION_UNREADABLE", () => ({}) as Decision], // what untyped code may return
    [
      "RESULT_TOO_LARGE",
      () =>
        allow({
          principalId: "ada",
          routes: Array.from({ length: 120 }, (_, index) => `GET /rooms/${index}`),
        }),
    ],
  ])("is %s", async (code, decide) => {
    expect(await answer(decide)).toBe(code);
  });

  test("is CONTEXT_HOLDS_TOKEN where the token itself would be handed on", async () => {
    const token = await pool.sign();
    const code = async (decide: () => Decision) =>
      chat(decide)
        .handler(tokenEvent(`Bearer ${token}`))
        .catch((error: unknown) => (failures.is(error) ? [error.code, error.facts] : error));
    const refused = (name: string) => ["CONTEXT_HOLDS_TOKEN", { name }];
    expect(await code(() => allow({ principalId: token }))).toEqual(refused("principalId"));
    const context = { ok: "yes", raw: `Bearer ${token}` };
    expect(await code(() => allow({ principalId: "ada", context }))).toEqual(refused("raw"));
  });

  test("is only what is larger than the limit, to the byte", async () => {
    const size = async (length: number) => {
      const result = await answer(() => allow({ principalId: "ada", context: { bio: "é".repeat(length) } }));
      return typeof result === "string" ? result : Buffer.byteLength(JSON.stringify(result));
    };
    const small = await size(1000);
    const rest = Math.floor((8192 - Number(small)) / 4); // two bytes a letter, twice
    expect(await size(1000 + rest)).toBeLessThanOrEqual(8192);
    expect(await size(1000 + rest + 1)).toBe("RESULT_TOO_LARGE");
  });

  test("leaves out what is undefined and keeps an API key", async () => {
    const result = await answer(() =>
      allow({
        principalId: "ada",
        context: { email: undefined },
        usageIdentifierKey: "key-of-20-characters",
      }),
    );
    expect(result).toEqual({
      ...policy("Allow", `${api}/dev/*`, "ada"),
      context: { gw: "{}" },
      usageIdentifierKey: "key-of-20-characters",
    });
  });
});

describe("what is no authorizer event", () => {
  test.each([
    {},
    null,
    { type: "TOKEN" },
    { type: "TOKEN", methodArn: "arn:aws:s3:::bucket", authorizationToken: "x" },
    { version: "2.0", rawPath: "/", requestContext: {} },
  ])("is refused: %j", async (event) => {
    await expect(chat().handler(event as AuthorizerEvent)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  });

  test("and an authorizer that could let nobody in is refused when it is made", () => {
    const verify = [custom(() => undefined)];
    const decide = () => deny();
    expect(() => authorizer({ token: [], verify, decide })).toThrow(
      expect.objectContaining({ code: "AUTHORIZER_INCOMPLETE", facts: { option: "token" } }),
    );
    expect(() => authorizer({ token: [fromHeader("authorization")], verify: [], decide })).toThrow(
      /verifier/,
    );
  });
});
