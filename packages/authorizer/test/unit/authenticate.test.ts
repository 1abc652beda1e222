import middy from "@middy/core";
import type { HttpEvent, RestEvent } from "@gatewright/contract";
import { describe, expect, test } from "vitest";
import {
  allow,
  authenticate,
  custom,
  deny,
  fromCookie,
  fromForm,
  fromHeader,
  fromSubprotocol,
  type AuthorizerOutcome,
  type HandlerEvent,
} from "../../src/index.ts";
import { httpEvent, restEvent, websocketEvent } from "../events.ts";

/** The same request as an authorizer's event, as the function behind the API gets it. */
function handled(event: ReturnType<typeof httpEvent>, more: Partial<HttpEvent> = {}): HttpEvent {
  const { type: _type, routeArn: _arn, identitySource: _source, ...rest } = event;
  return { ...rest, headers: event.headers ?? {}, isBase64Encoded: false, ...more };
}
function handledRest(event: ReturnType<typeof restEvent>): RestEvent {
  const { type: _type, methodArn: _arn, ...rest } = event;
  return { ...rest, body: null, isBase64Encoded: false };
}
const bearer = (token: string) => ({ headers: { Authorization: [`Bearer ${token}`] } });

function guarded(routes?: readonly string[]) {
  const outcomes: AuthorizerOutcome[] = [];
  const middleware = authenticate({
    token: [fromHeader("authorization"), fromSubprotocol(), fromForm("SAMLResponse"), fromCookie("session")],
    verify: [
      custom((token) => {
        if (token === "down") throw new TypeError(`no answer about ${token}`);
        return token.startsWith("good") ? { sub: "ada", banned: token === "good-banned" } : undefined;
      }),
    ],
    decide: ({ claims }) =>
      claims.banned
        ? deny({ reason: "banned" })
        : allow({ principalId: claims.sub, context: { level: 3 }, ...(routes ? { routes } : {}) }),
    onOutcome: (outcome) => outcomes.push(outcome),
    realm: "chat",
  });
  const handler = middy()
    .use(middleware)
    .handler(async (event: HandlerEvent) => ({ passed: event.requestContext }));
  const call = (event: HandlerEvent) => handler(event, {}) as Promise<Record<string, unknown>>;
  return { call, outcomes };
}

describe("inside a handler", () => {
  const written = { principalId: "ada", level: 3, gw: '{"level":3}' };

  test("a good token's owner is written where an authorizer would have written it", async () => {
    const { call, outcomes } = guarded();
    expect(await call(handled(httpEvent(bearer("good"))))).toMatchObject({
      passed: { authorizer: { lambda: written } },
    });
    expect(await call(handledRest(restEvent(bearer("good"))))).toMatchObject({
      passed: { authorizer: written },
    });
    const {
      type: _type,
      methodArn: _arn,
      ...connect
    } = websocketEvent({
      headers: { "Sec-WebSocket-Protocol": ["chat.v1, bearer.good"] },
    });
    expect(await call({ ...connect, isBase64Encoded: false } as never)).toMatchObject({
      passed: { authorizer: written },
    });
    expect(outcomes.map(({ kind, api }) => [kind, api])).toEqual([1, 2, 3].map(() => ["allowed", "handler"]));
  });

  test("what a client wrote into the event's place of an authorizer does not stay there", async () => {
    const event = handled(httpEvent(bearer("good")));
    const forged = { ...event.requestContext, authorizer: { lambda: { principalId: "root" } } };
    expect(await guarded().call({ ...event, requestContext: forged })).toMatchObject({
      passed: { authorizer: { lambda: written } },
    });
  });

  test.each<[string, number, string | undefined, string]>([
    ["", 401, 'Bearer realm="chat"', "TOKEN_MISSING"],
    ["bad", 401, 'Bearer realm="chat", error="invalid_token"', "TOKEN_REFUSED"],
    ["good-banned", 403, undefined, "DENIED"],
    ["down", 503, undefined, "VERIFIER_FAILED"],
  ])("%j is answered %i", async (token, statusCode, challenge, code) => {
    const { call, outcomes } = guarded();
    const answer = await call(handled(httpEvent(token ? bearer(token) : {})));
    expect(answer).toMatchObject({ statusCode, headers: { "cache-control": "no-store" } });
    expect((answer["headers"] as Record<string, string>)["www-authenticate"]).toBe(challenge);
    expect(JSON.parse(String(answer["body"]))).toMatchObject({ status: statusCode });
    expect(outcomes).toMatchObject([{ code }]);
  });

  test("routes are compared with the request itself, with the stage taken off", async () => {
    const { call } = guarded(["GET /rooms/*", "* /health"]);
    const at = (method: string, rawPath: string, stage = "$default") => {
      const event = handled(httpEvent(bearer("good")), { rawPath });
      const context = { ...event.requestContext, stage, http: { ...event.requestContext.http, method } };
      return call({ ...event, requestContext: context }).then((answer) => answer["statusCode"] ?? 200);
    };
    expect(await at("GET", "/rooms/42")).toBe(200);
    expect(await at("GET", "/dev/rooms/42", "dev")).toBe(200);
    expect(await at("POST", "/rooms/42")).toBe(403);
    expect(await at("DELETE", "/health")).toBe(200);
    expect(await at("GET", "/healthy")).toBe(403);
    expect(await at("GET", "/dev", "dev")).toBe(403);
    expect(await guarded(["GET /rooms/*"]).call(handledRest(restEvent(bearer("good"))))).toHaveProperty(
      "passed",
    );
  });

  test("a form brings a token, and with another one beside it neither counts", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const form = (body: string, isBase64Encoded: boolean, more: object = {}) =>
      guarded().call(handled(httpEvent({}), { headers: { ...headers, ...more }, body, isBase64Encoded }));
    expect(await form("SAMLResponse=good&RelayState=x", false)).toHaveProperty("passed");
    expect(await form(Buffer.from("SAMLResponse=good").toString("base64"), true)).toHaveProperty("passed");
    expect(await form("SAMLResponse=good", false, { authorization: "Bearer good2" })).toMatchObject({
      statusCode: 401,
    });
    expect(await form("SAMLResponse=good", false, { "content-type": "text/plain" })).toMatchObject({
      statusCode: 401,
    });
  });

  test.each([{}, { requestContext: {} }, { requestContext: { eventType: "MESSAGE" } }, { Records: [] }])(
    "what is no request is refused: %j",
    async (event) => {
      await expect(guarded().call(event as never)).rejects.toMatchObject({ code: "HANDLER_EVENT_UNKNOWN" });
    },
  );

  test("an error of the user's decision goes on as it is", async () => {
    const { before } = authenticate({
      token: [fromHeader("authorization")],
      verify: [custom(() => ({ sub: "a" }))],
      decide: () => {
        throw new RangeError("no table");
      },
    });
    await expect(before({ event: handled(httpEvent(bearer("x"))) })).rejects.toThrow(RangeError);
  });
});
