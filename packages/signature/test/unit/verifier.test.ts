// The check with a memory says what the check without one says, of every request, whatever came before.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createVerifier,
  payloadHash,
  signRequest,
  verifyRequest,
  type RequestToVerify,
} from "../../src/index.ts";

const now = new Date("2026-02-03T04:05:06Z");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const known = {
  findCredentials: (id: string) => (id === credentials.accessKeyId ? credentials : undefined),
  region: "us-east-1",
  service: "execute-api",
};

interface Made {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly signer?: Partial<{ credentials: typeof credentials; region: string; now: Date }>;
}

function made({ path, method = "POST", body = "hello", headers = {}, signer }: Made): RequestToVerify {
  const url = new URL(`http://127.0.0.1:4003${path}`);
  const hash = payloadHash(body);
  const signed = signRequest(
    { method, url, headers, payloadHash: hash },
    { credentials, region: "us-east-1", service: "execute-api", now, ...signer },
  );
  return {
    method,
    target: url.pathname + url.search,
    headers: { host: url.host, ...signed },
    payloadHash: hash,
  };
}

const paths = fc.constantFrom(
  "/dev/@connections/a%3D",
  "/dev/@connections/b=",
  "/dev/%40connections/c",
  "/dev//x",
  "/dev/x?y=z",
  "/",
);
const honest = fc.record({
  path: paths,
  method: fc.constantFrom("POST", "DELETE"),
  body: fc.constantFrom("hello", "other"),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    { "x-amz-note": "n" },
    { "content-type": "text/plain" },
  ),
});
/** What somebody else makes of a request that was signed. */
const changes = fc.constantFrom<(request: RequestToVerify) => RequestToVerify>(
  (request) => request,
  (request) => ({ ...request, target: "/dev/@connections/stolen" }),
  (request) => ({ ...request, target: `${request.target}/` }),
  (request) => ({ ...request, method: "GET" }),
  (request) => ({ ...request, payloadHash: payloadHash("forged") }),
  (request) => ({ ...request, headers: { ...request.headers, host: "elsewhere" } }),
  (request) => ({ ...request, headers: { ...request.headers, "x-amz-loose": "1" } }),
  (request) => ({ ...request, headers: { ...request.headers, "x-plain": "1" } }),
  (request) => ({ ...request, headers: { ...request.headers, authorization: undefined } }),
  (request) => ({
    ...request,
    headers: {
      ...request.headers,
      authorization: String(request.headers["authorization"]).replace(/.$/, (c) => (c === "0" ? "1" : "0")),
    },
  }),
  (request) => ({
    ...request,
    headers: { ...request.headers, authorization: String(request.headers["authorization"]).toUpperCase() },
  }),
);

describe("createVerifier", () => {
  test("agrees with verifyRequest on every request of a run", () => {
    const run = fc.array(fc.tuple(honest, changes), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(run, (said) => {
        const verify = createVerifier(known);
        for (const [what, change] of said) {
          const request = change(made(what));
          expect(verify(request, now)).toEqual(verifyRequest(request, { ...known, now }));
        }
      }),
      { numRuns: 300 },
    );
  });

  test("never takes the time, the key or the account for granted", () => {
    let account: typeof credentials | undefined = credentials;
    const verify = createVerifier({ ...known, findCredentials: () => account });
    expect(verify(made({ path: "/a" }), now)).toMatchObject({ ok: true });
    expect(verify(made({ path: "/b" }), now)).toMatchObject({ ok: true });
    const late = new Date(now.getTime() + 16 * 60_000);
    expect(verify(made({ path: "/c" }), late)).toMatchObject({ code: "RequestTimeTooSkewed" });
    account = { ...credentials, secretAccessKey: "rotated" };
    expect(verify(made({ path: "/d" }), now)).toMatchObject({ code: "SignatureDoesNotMatch" });
    account = undefined;
    expect(verify(made({ path: "/e" }), now)).toMatchObject({ code: "InvalidAccessKeyId" });
  });
});
