import { describe, expect, test } from "vitest";
import { apiKey, issueApiKey, memoryApiKeys, type ApiKeyOptions } from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { tokenEvent } from "../../events.ts";
import { noteSecret } from "../../secrets.ts";

const request = readRequest(tokenEvent("unused"));
const seconds = (more: number) => Math.floor(Date.now() / 1000) + more;

function keysOf(options: Omit<ApiKeyOptions, "store"> = {}) {
  const store = memoryApiKeys();
  let passed = 0;
  let reads = 0;
  const counted = { find: (id: string) => ((reads += 1), store.find(id)) };
  const verifier = apiKey({ store: counted, ...options }, { now: () => Date.now() + passed });
  return {
    store,
    reads: () => reads,
    pass: (ms: number) => void (passed += ms),
    async issue(grant: Parameters<typeof issueApiKey>[0]) {
      const issued = issueApiKey(grant);
      await store.put(issued.record);
      return { ...issued, key: noteSecret(issued.key) };
    },
    check: (key: string) => verifyToken([verifier], key, request),
  };
}

describe("an API key", () => {
  test("lets its owner in, with what decide needs and without the hash", async () => {
    const keys = keysOf({ scopes: ["rooms:read"] });
    const { key, record } = await keys.issue({
      sub: "acme",
      scope: "a rooms:read",
      usageIdentifierKey: "plan-key",
    });
    expect(await keys.check(key)).toEqual({
      kind: "verified",
      claims: { id: record.id, sub: "acme", scope: "a rooms:read", usageIdentifierKey: "plan-key" },
    });
    expect(JSON.stringify(record)).not.toContain(key.split("_").slice(2).join("_"));
  });

  test.each<[string, string, (key: string) => string]>([
    ["API_KEY_MALFORMED", "a short one", (key) => key.slice(0, -1)],
    ["API_KEY_MALFORMED", "one with a space", (key) => `${key} `],
    ["API_KEY_UNKNOWN", "another secret under a known id", (key) => key.replace(/.{43}$/, "A".repeat(43))],
    ["API_KEY_UNKNOWN", "an id that nobody has", (key) => key.replace(/^gwk_.{24}/, `gwk_${"0".repeat(24)}`)],
  ])("is %s: %s", async (code, _what, forge) => {
    const keys = keysOf();
    const { key } = await keys.issue({ sub: "acme" });
    expect(await keys.check(forge(key))).toEqual({ kind: "unauthenticated", code });
  });

  test("that is disabled, over, or without the scope is refused", async () => {
    const keys = keysOf({ scopes: ["x"] });
    const code = async (grant: object) => {
      const found = await keys.check((await keys.issue({ sub: "a", scope: "x", ...grant })).key);
      return found.kind === "verified" ? found.kind : found.code;
    };
    expect(await code({})).toBe("verified");
    expect(await code({ disabled: true })).toBe("API_KEY_DISABLED");
    expect(await code({ expiresAt: seconds(-1) })).toBe("API_KEY_EXPIRED");
    expect(await code({ scope: "y" })).toBe("SCOPE_MISSING");
  });

  test("is looked up once a minute, and ends on time all the same", async () => {
    const keys = keysOf();
    const { key, record } = await keys.issue({ sub: "a", expiresAt: seconds(30) });
    await Promise.all([keys.check(key), keys.check(key)]);
    await keys.check(key);
    expect(keys.reads()).toBe(1);
    keys.pass(31_000);
    expect(await keys.check(key)).toMatchObject({ code: "API_KEY_EXPIRED" });
    await keys.store.put({ ...record, expiresAt: seconds(3600), disabled: true });
    keys.pass(30_000);
    expect(await keys.check(key)).toMatchObject({ code: "API_KEY_DISABLED" });
    expect(keys.reads()).toBe(2);
  });

  test("whose store fails lets nobody in, and the next call asks again", async () => {
    const { key, record } = issueApiKey({ sub: "a" });
    let fails = true;
    const find = async () => {
      if (fails) throw new TypeError(`no table for ${noteSecret(key)}`);
      return record;
    };
    const verifier = apiKey({ store: { find } });
    expect(await verifyToken([verifier], key, request)).toEqual({
      kind: "unavailable",
      code: "VERIFIER_FAILED",
      detail: "TypeError",
    });
    fails = false;
    expect(await verifyToken([verifier], key, request)).toMatchObject({ kind: "verified" });
  });

  test("is no key of anybody else's: other tokens go to other verifiers", async () => {
    expect(await keysOf().check("opaque")).toMatchObject({ code: "TOKEN_MALFORMED" });
  });
});
