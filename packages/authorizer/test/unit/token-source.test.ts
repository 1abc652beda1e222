import { describe, expect, test } from "vitest";
import type { AuthorizerEvent } from "@gatewright/contract";
import { fromCookie, fromHeader, fromQuery, fromSubprotocol } from "../../src/index.ts";
import { readRequest } from "../../src/request.ts";
import { takeToken, type TokenSource } from "../../src/token-source.ts";
import { httpEvent, httpEventV1, restEvent, tokenEvent, websocketEvent } from "../events.ts";

const take = (event: AuthorizerEvent, ...sources: TokenSource[]) => {
  const taken = takeToken(sources, readRequest(event));
  return taken.kind === "taken" ? taken.token : taken.code;
};

describe("fromHeader", () => {
  test.each([
    ["Bearer abc", "abc"],
    ["bEaReR   abc ", "abc"],
    ["abc", "abc"],
    ["", "TOKEN_MISSING"],
    ["Bearer ", "Bearer"],
    ["Basic abc", "Basic abc"],
  ])("reads %j as %j", (value, token) => {
    expect(take(restEvent({ headers: { AUTHORIZATION: [value] } }), fromHeader("Authorization"))).toBe(token);
    expect(take(httpEvent({ headers: { Authorization: [value] } }), fromHeader("Authorization"))).toBe(token);
    expect(take(httpEventV1({ headers: { authorization: [value] } }), fromHeader("Authorization"))).toBe(
      token,
    );
  });

  test("strips a scheme of its own", () => {
    const source = fromHeader("x-session", { scheme: "Ticket" });
    expect(take(restEvent({ headers: { "X-Session": ["Ticket t1"] } }), source)).toBe("t1");
  });

  test("reads the value of a TOKEN authorizer, by the first header source", () => {
    const sources = [
      fromCookie("session"),
      fromHeader("authorization"),
      fromHeader("x", { scheme: "Other" }),
    ];
    expect(take(tokenEvent("Bearer abc"), ...sources)).toBe("abc");
    expect(take(tokenEvent("Bearer abc"), fromCookie("session"))).toBe("TOKEN_MISSING");
  });
});

describe("fromSubprotocol", () => {
  const offer = (...lines: string[]) => websocketEvent({ headers: { "Sec-WebSocket-Protocol": lines } });

  test("takes the one with the prefix from all that are offered", () => {
    expect(take(offer("chat.v1,bearer.abc"), fromSubprotocol())).toBe("abc");
    expect(take(offer("chat.v1", "bearer.abc"), fromSubprotocol())).toBe("abc");
    expect(take(offer("chat.v1, jwt-abc"), fromSubprotocol({ prefix: "jwt-" }))).toBe("abc");
    expect(take(offer("chat.v1"), fromSubprotocol())).toBe("TOKEN_MISSING");
    expect(take(offer("bearer.a, bearer.b"), fromSubprotocol())).toBe("TOKENS_DIFFER");
  });

  test("is only read on $connect", () => {
    const event = restEvent({ headers: { "Sec-WebSocket-Protocol": ["bearer.abc"] } });
    expect(take(event, fromSubprotocol())).toBe("TOKEN_MISSING");
  });
});

describe("fromCookie", () => {
  const cookie = 'theme=dark; session="abc"; xsession=no';

  test("reads both of API Gateway's dialects", () => {
    expect(take(restEvent({ headers: { Cookie: [cookie] } }), fromCookie("session"))).toBe("abc");
    expect(take(httpEvent({ cookies: ["theme=dark", "session=abc"] }), fromCookie("session"))).toBe("abc");
    expect(take(restEvent({ headers: { Cookie: ["session=a; session=b"] } }), fromCookie("session"))).toBe(
      "TOKENS_DIFFER",
    );
  });

  test("is not taken from another site's page", () => {
    const source = fromCookie("session", { origins: ["https://chat.example"] });
    const from = (origin: string) => websocketEvent({ headers: { Cookie: [cookie], Origin: [origin] } });
    expect(take(from("https://chat.example"), source)).toBe("abc");
    expect(take(from("https://evil.example"), source)).toBe("TOKEN_MISSING");
  });
});

describe("fromQuery", () => {
  test("reads every value, decoded", () => {
    expect(take(restEvent({ query: { token: ["abc"] } }), fromQuery("token"))).toBe("abc");
    expect(take(httpEvent({ query: { token: ["a/b="] } }), fromQuery("token"))).toBe("a/b=");
    expect(take(httpEventV1({ query: { token: ["abc"] } }), fromQuery("token"))).toBe("abc");
    expect(take(websocketEvent({ query: { token: ["a", "b"] } }), fromQuery("token"))).toBe("TOKENS_DIFFER");
    expect(take(httpEventV1({}), fromQuery("toString"))).toBe("TOKEN_MISSING");
  });
});

test("a token longer than any header is refused before it is looked at", () => {
  expect(take(tokenEvent("x".repeat(1_000_000)), fromHeader("authorization"))).toBe("TOKEN_TOO_LONG");
});

test("the same token in two places is one token", () => {
  const event = websocketEvent({
    headers: { Authorization: ["Bearer abc"], "Sec-WebSocket-Protocol": ["bearer.abc"] },
  });
  expect(take(event, fromHeader("authorization"), fromSubprotocol())).toBe("abc");
});
