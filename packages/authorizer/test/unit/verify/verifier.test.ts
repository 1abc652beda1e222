import { describe, expect, test } from "vitest";
import { custom } from "../../../src/index.ts";
import { readRequest } from "../../../src/request.ts";
import { verifyToken } from "../../../src/verify/verifier.ts";
import { tokenEvent } from "../../events.ts";

const request = readRequest(tokenEvent("unused"));
const tokenOf = (iss: string) =>
  [{ alg: "RS256" }, { iss }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".") + ".AAAA";

describe("of several verifiers", () => {
  const asked: string[] = [];
  const named = (name: string, issuer?: string) =>
    custom(
      () => {
        asked.push(name);
        return name === "passes" ? { sub: name } : undefined;
      },
      issuer === undefined ? {} : { issuer },
    );

  test("only the one that takes the issuer is asked, even when it says no", async () => {
    const verifiers = [named("refuses", "https://a"), named("other", "https://b"), named("passes")];
    expect(await verifyToken(verifiers, tokenOf("https://a"), request)).toEqual({
      kind: "unauthenticated",
      code: "TOKEN_REFUSED",
    });
    expect(asked).toEqual(["refuses"]);
  });

  test("one without an issuer takes what is left, opaque tokens too", async () => {
    const verifiers = [named("refuses", "https://a"), named("passes")];
    expect(await verifyToken(verifiers, "opaque", request)).toEqual({
      kind: "verified",
      claims: { sub: "passes" },
    });
    expect((await verifyToken(verifiers, tokenOf("https://c"), request)).kind).toBe("verified");
  });

  test("none means no entry", async () => {
    const verifiers = [named("passes", "https://a")];
    expect(await verifyToken(verifiers, tokenOf("https://c"), request)).toMatchObject({
      code: "ISSUER_UNKNOWN",
    });
    expect(await verifyToken(verifiers, "opaque", request)).toMatchObject({ code: "TOKEN_MALFORMED" });
  });
});

test("a custom verifier waits for its answer and takes only an object for a yes", async () => {
  const answers = [custom(async () => ({ sub: "a" })), custom(() => "yes" as unknown as object)];
  const kinds = await Promise.all(
    answers.map(async (verifier) => (await verifyToken([verifier], "t", request)).kind),
  );
  expect(kinds).toEqual(["verified", "unauthenticated"]);
});
