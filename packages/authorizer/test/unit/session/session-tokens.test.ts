import { exportJWK, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { sessionTokens, type PrivateKey, type SessionTokenOptions } from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { tokenEvent } from "../../events.ts";
import { noteSecret } from "../../secrets.ts";

const request = readRequest(tokenEvent("unused"));
const issuer = "https://chat.example/session";
const keyOf = async (alg: string) => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), alg, kid: "s1" } as PrivateKey;
};

test.each(["ES256", "EdDSA", "PS256"])(
  "a session token of %s is taken until it ends, and cannot name its own end",
  async (alg) => {
    let passed = 0;
    const options = { privateKey: await keyOf(alg), issuer, audience: "chat", lifeSeconds: 60 };
    const sessions = sessionTokens(options, { now: () => Date.now() + passed });
    const { token } = await sessions.issue({ sub: "ada", exp: 9_999_999_999, iss: "https://evil.example" });
    noteSecret(token);
    const check = () => verifyToken([sessions.verifier], token, request);
    expect(await check()).toMatchObject({ kind: "verified", claims: { sub: "ada", iss: issuer } });
    passed = 62_000;
    expect(await check()).toMatchObject({ code: "TOKEN_EXPIRED" });
  },
);

test("another function's key is another key", async () => {
  const [one, other] = await Promise.all([keyOf("ES256"), keyOf("ES256")]);
  const { token } = await sessionTokens({ privateKey: one, issuer, audience: "chat" }).issue({ sub: "ada" });
  const { verifier } = sessionTokens({ privateKey: other, issuer, audience: "chat" });
  expect(await verifyToken([verifier], noteSecret(token), request)).toMatchObject({
    code: "SIGNATURE_INVALID",
  });
});

test.each<[string, (key: PrivateKey) => Partial<SessionTokenOptions>]>([
  ["privateKey", ({ d: _d, ...key }) => ({ privateKey: key })],
  ["privateKey", ({ kid: _kid, ...key }) => ({ privateKey: key })],
  ["lifeSeconds", () => ({ lifeSeconds: 3601 })],
])("a %s that cannot be used is refused when it is made", async (name, change) => {
  const privateKey = await keyOf("ES256");
  expect(() => sessionTokens({ privateKey, issuer, audience: "chat", ...change(privateKey) })).toThrow(
    expect.objectContaining({ code: "SESSION_SETTING_UNREADABLE", facts: { name } }),
  );
});
