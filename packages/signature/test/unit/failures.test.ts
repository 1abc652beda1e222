// Every code of the package, provoked.
import { expect, test } from "vitest";
import { environmentCredentials, presignUrl, signRequest } from "../../src/index.ts";

const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const signer = { credentials, region: "us-east-1", service: "s3" };
const url = new URL("http://h/");

test("CREDENTIALS_MISSING names the variables", () => {
  expect(() => environmentCredentials({ AWS_ACCESS_KEY_ID: "a" })).toThrow(
    expect.objectContaining({ code: "CREDENTIALS_MISSING", facts: { missing: ["AWS_SECRET_ACCESS_KEY"] } }),
  );
});

test.each([0, 1.5, 604_801, Number.NaN])("EXPIRY_OUT_OF_RANGE for %d seconds", (expires) => {
  expect(() => presignUrl({ method: "GET", url, expires }, signer)).toThrow(
    expect.objectContaining({ code: "EXPIRY_OUT_OF_RANGE" }),
  );
});

test("HEADER_NOT_SIGNABLE for a line break, without its value", () => {
  const sign = () =>
    signRequest({ method: "GET", url, headers: { note: "a\r\nb" }, payloadHash: "" }, signer);
  expect(sign).toThrow(expect.objectContaining({ code: "HEADER_NOT_SIGNABLE", facts: { header: "note" } }));
});

test("credentials come from the environment, with the token where there is one", () => {
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  expect(environmentCredentials(env)).toEqual(credentials);
  expect(environmentCredentials({ ...env, AWS_SESSION_TOKEN: "t" })).toEqual({
    ...credentials,
    sessionToken: "t",
  });
});
