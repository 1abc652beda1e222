// Who is let in, who is not, and with which of AWS's words.
import { describe, expect, test } from "vitest";
import {
  payloadHash,
  presignPost,
  presignUrl,
  type RequestToVerify,
  signRequest,
  verifyPolicy,
  verifyRequest,
  type Verifier,
} from "../../src/index.ts";

const now = new Date("2026-02-03T04:05:06Z");
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const signer = { credentials, region: "us-east-1", service: "execute-api", now };
const verifier: Verifier = {
  findCredentials: (id) => (id === credentials.accessKeyId ? credentials : undefined),
  region: "us-east-1",
  service: "execute-api",
  now,
};
const url = new URL("http://127.0.0.1:4003/dev/%40connections/abc%3D?x=1&y=a%20b");
const body = payloadHash("hello");

function arrived(change: Partial<RequestToVerify> = {}, from = signer): RequestToVerify {
  const headers = signRequest(
    { method: "POST", url, headers: { "X-Amz-Note": "n" }, payloadHash: body },
    from,
  );
  return {
    method: "POST",
    target: url.pathname + url.search,
    headers: { ...headers, host: url.host },
    payloadHash: body,
    ...change,
  };
}

function later(minutes: number): Verifier {
  return { ...verifier, now: new Date(now.getTime() + minutes * 60_000) };
}

describe("a signature in the header", () => {
  test("is accepted as it was made", () => {
    expect(verifyRequest(arrived(), verifier)).toMatchObject({ ok: true, accessKeyId: "AKIDEXAMPLE" });
  });

  test.each([
    ["method", { method: "GET" }],
    ["path", { target: `/dev/%40connections/other?x=1&y=a%20b` }],
    ["query", { target: `${url.pathname}?x=2&y=a%20b` }],
    ["body", { payloadHash: payloadHash("hallo") }],
  ])("is refused with another %s", (_, change) => {
    expect(verifyRequest(arrived(change), verifier)).toMatchObject({
      code: "SignatureDoesNotMatch",
      status: 403,
    });
  });

  test("is refused with another value in a signed header", () => {
    const request = arrived();
    const changed = { ...request, headers: { ...request.headers, "x-amz-note": "m" } };
    expect(verifyRequest(changed, verifier)).toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("is refused when a signed header is gone", () => {
    const { "x-amz-note": _, ...headers } = arrived().headers;
    expect(verifyRequest(arrived({ headers }), verifier)).toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("is refused with an x-amz header that is not signed", () => {
    const headers = { ...arrived().headers, "x-amz-acl": "public-read" };
    expect(verifyRequest(arrived({ headers }), verifier)).toMatchObject({ code: "AccessDenied" });
  });

  test("is refused from another secret", () => {
    const from = { ...signer, credentials: { ...credentials, secretAccessKey: "guess" } };
    expect(verifyRequest(arrived({}, from), verifier)).toMatchObject({ code: "SignatureDoesNotMatch" });
  });

  test("is refused from an unknown key", () => {
    const from = { ...signer, credentials: { ...credentials, accessKeyId: "AKIDOTHER" } };
    expect(verifyRequest(arrived({}, from), verifier)).toMatchObject({ code: "InvalidAccessKeyId" });
  });

  test("is refused with a session token that was not given out", () => {
    const from = { ...signer, credentials: { ...credentials, sessionToken: "made up" } };
    expect(verifyRequest(arrived({}, from), verifier)).toMatchObject({ code: "InvalidToken" });
  });

  test.each([
    ["region", { region: "eu-west-1" }],
    ["service", { service: "s3" }],
  ])("is refused for another %s", (_, change) => {
    expect(verifyRequest(arrived({}, { ...signer, ...change }), verifier)).toMatchObject({
      code: "AuthorizationHeaderMalformed",
      status: 400,
    });
  });

  test.each([-15, 15])("is accepted with clocks %i minutes apart", (minutes) => {
    expect(verifyRequest(arrived(), later(minutes))).toMatchObject({ ok: true });
  });

  test.each([-15.1, 15.1])("is refused with clocks %d minutes apart", (minutes) => {
    expect(verifyRequest(arrived(), later(minutes))).toMatchObject({ code: "RequestTimeTooSkewed" });
  });

  test.each([
    "Bearer abc",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x",
  ])("is refused when it reads %j", (authorization) => {
    const headers = { ...arrived().headers, authorization };
    expect(verifyRequest(arrived({ headers }), verifier)).toMatchObject({
      code: "AuthorizationHeaderMalformed",
    });
  });

  test("is refused when the path has a broken percent sequence", () => {
    const s3 = { ...signer, service: "s3" };
    const headers = signRequest({ method: "GET", url: new URL("http://h/a"), payloadHash: body }, s3);
    const request = { method: "GET", target: "/%zz", headers: { ...headers, host: "h" } };
    expect(verifyRequest(request, { ...verifier, service: "s3" })).toMatchObject({ code: "InvalidURI" });
  });
});

test("a request without a signature is refused", () => {
  const request = { method: "GET", target: "/", headers: { host: "h" } };
  expect(verifyRequest(request, verifier)).toMatchObject({ code: "AccessDenied", status: 403 });
});

describe("a signature in the query", () => {
  const s3 = { ...signer, service: "s3" };
  const server = { ...verifier, service: "s3" };
  const at = (minutes: number) => ({ ...later(minutes), service: "s3" });
  const signed = presignUrl(
    {
      method: "GET",
      url: new URL("http://cats.local/a%20b.txt?response-content-type=text%2Fplain"),
      expires: 60,
    },
    s3,
  );
  const request = { method: "GET", target: signed.pathname + signed.search, headers: { host: "cats.local" } };

  test("is accepted as it was made", () => {
    expect(verifyRequest(request, server)).toMatchObject({ ok: true, by: "query" });
  });

  test("is accepted to its last second, refused after", () => {
    expect(verifyRequest(request, at(1))).toMatchObject({ ok: true });
    expect(verifyRequest(request, at(1.01))).toMatchObject({
      code: "AccessDenied",
      message: "Request has expired",
    });
  });

  test("is refused before its time", () => {
    expect(verifyRequest(request, at(-16))).toMatchObject({ code: "AccessDenied" });
  });

  test.each([
    [
      "a longer life",
      (target: string) => target.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
      "SignatureDoesNotMatch",
    ],
    [
      "another type",
      (target: string) => target.replace("text%2Fplain", "text%2Fhtml"),
      "SignatureDoesNotMatch",
    ],
    ["one parameter more", (target: string) => `${target}&versionId=1`, "SignatureDoesNotMatch"],
    [
      "a parameter twice",
      (target: string) => `${target}&X-Amz-Expires=60`,
      "AuthorizationQueryParametersError",
    ],
    [
      "no expiry",
      (target: string) => target.replace("X-Amz-Expires=60", ""),
      "AuthorizationQueryParametersError",
    ],
    [
      "an endless life",
      (target: string) => target.replace("Expires=60", "Expires=604801"),
      "AuthorizationQueryParametersError",
    ],
  ])("is refused with %s", (_, tamper, code) => {
    expect(verifyRequest({ ...request, target: tamper(request.target) }, server)).toMatchObject({ code });
  });

  test("is refused beside a signature in the header", () => {
    const headers = { ...request.headers, authorization: "AWS4-HMAC-SHA256 x" };
    expect(verifyRequest({ ...request, headers }, server)).toMatchObject({ code: "InvalidRequest" });
  });
});

describe("an upload form's policy", () => {
  const form = presignPost(
    { bucket: "cats", key: "a", expires: 60 },
    { credentials, region: "us-east-1", now },
  );
  const fields = new Map(Object.entries(form).map(([name, value]) => [name.toLowerCase(), value]));
  const server = { ...verifier, service: "s3" };

  test("is accepted as it was signed", () => {
    const verdict = verifyPolicy(fields, server);
    expect(verdict.ok && JSON.parse(verdict.policy)).toMatchObject({ expiration: "2026-02-03T04:06:06Z" });
  });

  test.each([
    ["no policy", "policy", undefined, "AccessDenied"],
    ["no signature", "x-amz-signature", undefined, "AccessDenied"],
    ["another policy", "policy", "e30=", "SignatureDoesNotMatch"],
    ["another signature", "x-amz-signature", "0".repeat(64), "SignatureDoesNotMatch"],
    ["another algorithm", "x-amz-algorithm", "AWS4-HMAC-SHA1", "InvalidRequest"],
    ["another day", "x-amz-date", "20260204T000000Z", "InvalidRequest"],
    ["an unknown key", "x-amz-credential", "X/20260203/us-east-1/s3/aws4_request", "InvalidAccessKeyId"],
    ["a made-up token", "x-amz-security-token", "x", "InvalidToken"],
  ])("is refused with %s", (_, name, value, code) => {
    const changed = new Map(fields);
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
    expect(verifyPolicy(changed, server)).toMatchObject({ ok: false, code });
  });
});
