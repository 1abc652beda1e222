// Signatures against the signer of the house, which is held to AWS's published examples elsewhere.
import { payloadHash, signRequest } from "@gatewright/signature";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authenticate, type SignedRequest } from "../../../src/identities/authenticate.ts";
import { createIdentities } from "../../../src/identities/identities.ts";

const now = Date.UTC(2026, 10, 21, 12, 34, 56);
const credentials = { accessKeyId: "AKIAADA", secretAccessKey: "secret" };
const ada = { name: "ada", arn: "arn:aws:iam::123456789012:user/ada", policies: [], ...credentials };
const identities = createIdentities({ identities: [ada], made: new Map() });
const at = { identities, region: "us-east-1", now };

function sign(method: string, target: string, body = ""): SignedRequest {
  const url = new URL(`http://127.0.0.1:4001${target}`);
  const signer = { credentials, region: "us-east-1", service: "execute-api", now: new Date(now) };
  const headers = signRequest({ method, url, payloadHash: payloadHash(body) }, signer);
  return {
    method,
    target: `${url.pathname}${url.search}`,
    headers: [["Host", url.host], ...Object.entries(headers)],
    body: Buffer.from(body),
  };
}

describe("authenticate", () => {
  test("whatever is signed is known; one sign more and it is not", () => {
    const path = fc.webPath({ size: "small" }).map((text) => `/dev${text}`);
    const query = fc.webQueryParameters({ size: "small" });
    fc.assert(
      fc.property(path, query, fc.string(), (given, parameters, body) => {
        const request = sign("POST", parameters === "" ? given : `${given}?${parameters}`, body);
        expect(authenticate(request, at)).toMatchObject({ ok: true, caller: { userName: "ada" } });
        expect(authenticate({ ...request, body: Buffer.from(`${body}x`) }, at).ok).toBe(false);
        expect(authenticate({ ...request, target: `${request.target}x` }, at).ok).toBe(false);
        expect(authenticate({ ...request, method: "PUT" }, at).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("no header makes it throw, and none but a signature lets in", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (authorization, date) => {
        const headers = [["authorization", authorization] as const, ["x-amz-date", date] as const];
        const request = { method: "GET", target: "/dev/a", headers, body: Buffer.alloc(0) };
        expect(authenticate(request, at).ok).toBe(false);
      }),
    );
  });

  test("a mismatch says what should have been signed, and nothing secret", () => {
    const request = sign("GET", "/dev/a");
    const answer = authenticate({ ...request, target: "/dev/b" }, at);
    expect(answer).toMatchObject({ ok: false, errorType: "InvalidSignatureException" });
    const { message } = answer as { readonly message: string };
    expect(message).toContain("GET\n/dev/b\n");
    expect(message).not.toContain("secret");
  });
});
