import { expect, test } from "vitest";
import { chooseSubprotocol } from "../../src/index.ts";
import { noteSecret } from "../secrets.ts";

test.each<[string | undefined, string[], string | undefined]>([
  ["chat.v1, bearer.abc", ["chat.v1"], "chat.v1"],
  ["bearer.abc,chat.v2,chat.v1", ["chat.v1", "chat.v2"], "chat.v2"],
  ["bearer.abc", ["chat.v1"], undefined],
  ["chat.v10", ["chat.v1"], undefined],
  [undefined, ["chat.v1"], undefined],
])("of %j and %j it answers %j", (offered, supported, answer) => {
  expect(chooseSubprotocol(offered, supported) ?? undefined).toBe(answer);
});

test("it never answers a token", () => {
  const token = noteSecret("bearer.eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.AAAA");
  expect(chooseSubprotocol(`${token}, chat.v1`, ["chat.v1"])).toBe("chat.v1");
  expect(chooseSubprotocol(token, ["chat.v1"])).toBeUndefined();
});
