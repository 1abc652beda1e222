import { describe, expect, test } from "vitest";
import { redact } from "../../src/index.ts";
import { redactError } from "../../src/redact.ts";

const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl";
const write = (value: unknown): unknown => JSON.parse(JSON.stringify(value, redact));

describe("what is left out", () => {
  test.each([
    "authorization",
    "Authorization",
    "authorizationToken",
    "identitySource",
    "cookie",
    "cookies",
    "Set-Cookie",
    "x-api-key",
    "Sec-WebSocket-Protocol",
    "refresh_token",
    "AccessToken",
    "client_secret",
    "password",
    "SAMLResponse",
  ])("by its name: %s", (name) => {
    expect(write({ [name]: "s3cr3t", inside: { [name]: ["s3cr3t"] } })).toEqual({
      [name]: "[redacted]",
      inside: { [name]: "[redacted]" },
    });
  });

  test.each([
    ["a JWT", `cannot read ${jwt}: over`, "cannot read [redacted]: over"],
    ["a JWT without a signature", `${jwt.slice(0, jwt.lastIndexOf("."))}.`, "[redacted]"],
    ["an opaque bearer token", "sent Bearer 0paque-t0ken", "sent Bearer [redacted]"],
    ["a subprotocol", "chat.v1, bearer.0paque-t0ken", "chat.v1, bearer.[redacted]"],
    ["basic credentials", "Basic YWRhOmxvdmVsYWNl", "Basic [redacted]"],
    ["a ticket", `no gwt_${"a1".repeat(21)}b`, "no [redacted]"],
    ["an API key", `gwk_${"0".repeat(24)}_${"a1".repeat(21)}b?`, "[redacted]?"],
    [
      "the tokens of an address",
      "GET /x?room=1&access_token=0paque&n=2&X-Amz-Signature=abcdef",
      "GET /x?room=1&access_token=[redacted]&n=2&X-Amz-Signature=[redacted]",
    ],
  ])("by its look: %s", (_what, text, expected) => {
    expect(write({ note: text, list: [text] })).toEqual({ note: expected, list: [expected] });
  });
});

test("all else stays: names that only sound alike, numbers, and texts that say nothing", () => {
  const said = {
    tokens: 3,
    tokenCount: 2,
    passwordless: "yes",
    room: "the key basics",
    arn: "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms",
    url: "https://chat.example/rooms?room=42&monkey=1",
    password: null,
    secret: false,
  };
  expect(write(said)).toEqual(said);
});

test("an error without a secret is itself, and one with a secret loses it, from its stack and name to its words", () => {
  const plain = new RangeError("no table");
  expect(redactError(plain)).toBe(plain);
  const told = redactError(new RangeError(`cannot read ${jwt}`)) as Error;
  expect([told.name, told.message]).toEqual(["RangeError", "cannot read [redacted]"]);
  expect(told.stack).toContain("redact.test.ts");
  expect(told.stack).not.toContain(jwt);
  expect(redactError(`no ${jwt}`)).toBe("no [redacted]");
  expect(redactError(undefined)).toBeUndefined();
});
