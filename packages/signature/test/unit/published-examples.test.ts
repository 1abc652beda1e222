// The signatures that AWS prints in its own documentation and test suite.
import { expect, test } from "vitest";
import { payloadHash, signChunk, signRequest, verifyRequest } from "../../src/index.ts";

const suite = {
  credentials: {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  },
  region: "us-east-1",
  now: new Date("2015-08-30T12:36:00Z"),
};
const s3 = {
  credentials: {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  },
  region: "us-east-1",
  service: "s3",
  now: new Date("2013-05-24T00:00:00Z"),
};

function signatureOf(headers: Record<string, string>): string | undefined {
  return headers["authorization"]?.split("Signature=")[1];
}

test("test suite: get-vanilla", () => {
  const url = new URL("https://example.amazonaws.com/");
  const headers = signRequest(
    { method: "GET", url, payloadHash: payloadHash("") },
    { ...suite, service: "service" },
  );
  expect(signatureOf(headers)).toBe("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
});

test("test suite: get-vanilla-query-order-key-case", () => {
  const url = new URL("https://example.amazonaws.com/?Param2=value2&Param1=value1");
  const headers = signRequest(
    { method: "GET", url, payloadHash: payloadHash("") },
    { ...suite, service: "service" },
  );
  expect(signatureOf(headers)).toBe("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
});

test("IAM guide: ListUsers", () => {
  const url = new URL("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08");
  const headers = signRequest(
    {
      method: "GET",
      url,
      headers: { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" },
      payloadHash: payloadHash(""),
    },
    { ...suite, service: "iam" },
  );
  expect(headers["authorization"]).toBe(
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  );
});

test("S3 reference: GET object with a range", () => {
  const url = new URL("https://examplebucket.s3.amazonaws.com/test.txt");
  const headers = signRequest(
    { method: "GET", url, headers: { Range: "bytes=0-9" }, payloadHash: payloadHash("") },
    s3,
  );
  expect(signatureOf(headers)).toBe("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
});

test("S3 reference: PUT object with a sign in its key", () => {
  const url = new URL("https://examplebucket.s3.amazonaws.com/test$file.text");
  const headers = signRequest(
    {
      method: "PUT",
      url,
      headers: {
        Date: "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
      },
      payloadHash: payloadHash("Welcome to Amazon S3."),
    },
    s3,
  );
  expect(signatureOf(headers)).toBe("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
});

test("S3 reference: a presigned GET is accepted", () => {
  const verdict = verifyRequest(
    {
      method: "GET",
      target:
        "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3" +
        "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
      headers: { host: "examplebucket.s3.amazonaws.com" },
    },
    { findCredentials: () => s3.credentials, region: "us-east-1", service: "s3", now: s3.now },
  );
  expect(verdict).toMatchObject({ ok: true, by: "query", payloadHash: "UNSIGNED-PAYLOAD" });
});

test("S3 reference: the chain of chunk signatures", () => {
  const signer = {
    amzDate: "20130524T000000Z",
    scope: { day: "20130524", region: "us-east-1", service: "s3" },
    secretAccessKey: s3.credentials.secretAccessKey,
  };
  const seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  const first = signChunk(seed, payloadHash("a".repeat(65_536)), signer);
  const second = signChunk(first, payloadHash("a".repeat(1024)), signer);
  const last = signChunk(second, payloadHash(""), signer);
  expect([first, second, last]).toEqual([
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  ]);
});
