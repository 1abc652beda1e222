import { describe, expect, test } from "vitest";
import { readMethodArn, toMethodArn } from "../../src/index.ts";

const parts = {
  partition: "aws",
  region: "us-east-1",
  accountId: "123456789012",
  apiId: "abcdef1234",
  stage: "dev",
};
const start = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234";

describe("an execute-api ARN", () => {
  test.each([
    [`${start}/dev/GET/rooms/42`, { ...parts, call: "GET/rooms/42" }],
    [`${start}/dev/GET/`, { ...parts, call: "GET/" }],
    [`${start}/dev/$connect`, { ...parts, call: "$connect" }],
    [`${start}/$default/POST/a/b`, { ...parts, stage: "$default", call: "POST/a/b" }],
    [`${start}/dev/GET/line\nbreak:and/arn:aws:s3`, { ...parts, call: "GET/line\nbreak:and/arn:aws:s3" }],
    [
      "arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abcdef1234/dev/*",
      { ...parts, partition: "aws-us-gov", region: "us-gov-west-1", call: "*" },
    ],
  ])("%j is read, and written back", (arn, read) => {
    expect(readMethodArn(arn)).toEqual(read);
    expect(toMethodArn(read)).toBe(arn);
  });

  test.each(["", "arn:aws:s3:::bucket/dev/GET/", `${start}/dev`, `x${start}/dev/GET/`, `${start}//GET/`])(
    "%j is none",
    (arn) => {
      expect(readMethodArn(arn)).toBeUndefined();
    },
  );
});
