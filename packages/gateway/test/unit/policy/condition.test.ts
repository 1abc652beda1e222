import { describe, expect, test } from "vitest";
import { compileCondition } from "../../../src/policy/condition.ts";

const keys: Readonly<Record<string, readonly string[]>> = {
  "aws:sourceip": ["203.0.113.7"],
  "aws:useragent": ["curl/8.5"],
  "aws:currenttime": ["2026-11-21T12:00:00Z"],
  "aws:epochtime": ["1795262400"],
  "aws:securetransport": ["true"],
  "aws:multifactorauthage": ["300"],
  "aws:principalarn": ["arn:aws:iam::123456789012:user/team/ada"],
  "aws:username": ["ada"],
  "aws:principaltag/team": ["red*"],
  "aws:principalorgpaths": ["o-1/r-1/ou-a/", "o-1/r-1/ou-b/"],
  "aws:referer": ["aGk="],
};

const holds = (block: object, variables = true): boolean | string => {
  const compiled = compileCondition(block, variables);
  return typeof compiled === "string" ? compiled : compiled.holds((name) => keys[name]);
};

describe("every operator", () => {
  const agent = "aws:UserAgent";
  const ip = "aws:SourceIp";
  const now = "aws:CurrentTime";
  const age = "aws:MultiFactorAuthAge";
  const arn = "aws:PrincipalArn";
  test.each<[string, string, unknown, boolean]>([
    ["StringEquals", agent, "curl/8.5", true],
    ["StringEquals", agent, ["x", "curl/8.5"], true],
    ["StringEquals", agent, "CURL/8.5", false],
    ["StringEquals", agent, "curl/*", false],
    ["StringNotEquals", agent, "x", true],
    ["StringNotEquals", agent, ["x", "curl/8.5"], false],
    ["StringEqualsIgnoreCase", agent, "CURL/8.5", true],
    ["StringNotEqualsIgnoreCase", agent, "CURL/8.5", false],
    ["StringLike", agent, "curl/?.*", true],
    ["StringLike", agent, "wget*", false],
    ["StringNotLike", agent, "wget*", true],
    ["StringNotLike", agent, ["wget*", "c*"], false],
    ["NumericEquals", age, 300, true],
    ["NumericEquals", age, "3e2", true],
    ["NumericNotEquals", age, "300", false],
    ["NumericLessThan", age, "300", false],
    ["NumericLessThanEquals", age, "300", true],
    ["NumericGreaterThan", age, "299.5", true],
    ["NumericGreaterThanEquals", age, "301", false],
    ["NumericEquals", agent, "1", false],
    ["NumericNotEquals", agent, "1", true],
    ["DateEquals", now, "2026-11-21T12:00:00Z", true],
    ["DateEquals", now, "1795262400", true],
    ["DateNotEquals", now, "2026-11-21T12:00:00Z", false],
    ["DateLessThan", now, "2026-11-22", true],
    ["DateLessThanEquals", now, "2026-11-21T14:00:00+02:00", true],
    ["DateGreaterThan", now, "2026-11-21T12:00:00Z", false],
    ["DateGreaterThanEquals", "aws:EpochTime", "2026-11-21T12:00:00Z", true],
    ["Bool", "aws:SecureTransport", true, true],
    ["Bool", "aws:SecureTransport", "FALSE", false],
    ["BinaryEquals", "aws:Referer", "aGk=", true],
    ["BinaryEquals", "aws:Referer", "aGo=", false],
    ["IpAddress", ip, "203.0.113.0/24", true],
    ["IpAddress", ip, ["10.0.0.0/8", "203.0.113.7"], true],
    ["IpAddress", ip, "2001:db8::/32", false],
    ["IpAddress", agent, "0.0.0.0/0", false],
    ["NotIpAddress", ip, "203.0.113.0/24", false],
    ["NotIpAddress", ip, ["10.0.0.0/8", "192.0.2.0/24"], true],
    ["ArnEquals", arn, "arn:aws:iam::*:user/team/*", true],
    ["ArnLike", arn, "arn:aws:iam::123456789012:user/team/ad?", true],
    ["ArnLike", arn, "arn:*::::user/team/ada", false],
    ["ArnNotLike", arn, "arn:aws:iam::*:user/*", false],
    ["ArnNotEquals", arn, "arn:aws:iam::*:role/*", true],
    ["Null", "aws:TokenIssueTime", "true", true],
    ["Null", "aws:TokenIssueTime", false, false],
    ["Null", ip, "false", true],
  ])("%s %s %j", (operator, key, wanted, verdict) => {
    expect(holds({ [operator]: { [key]: wanted } })).toBe(verdict);
  });
});

test("IPv6, and IPv4 written as IPv6", () => {
  const from = (address: string, range: string) => {
    const compiled = compileCondition({ IpAddress: { "aws:SourceIp": range } }, true);
    return typeof compiled !== "string" && compiled.holds(() => [address]);
  };
  expect(from("2001:db8::1", "2001:db8::/32")).toBe(true);
  expect(from("2001:db9::1", "2001:db8::/32")).toBe(false);
  expect(from("::ffff:10.1.2.3", "10.0.0.0/8")).toBe(true);
  expect(from("not an address", "0.0.0.0/0")).toBe(false);
});

describe("a key that the request has not", () => {
  const key = "aws:SourceVpc";
  test.each<[string, boolean]>([
    ["StringEquals", false],
    ["StringNotEquals", true],
    ["StringLike", false],
    ["StringNotLike", true],
    ["StringEqualsIfExists", true],
    ["StringNotEqualsIfExists", true],
    ["ForAllValues:StringEquals", true],
    ["ForAnyValue:StringEquals", false],
    ["ForAnyValue:StringNotEquals", false],
    ["ForAllValues:StringNotLike", true],
  ])("%s is %s", (operator, verdict) => {
    expect(holds({ [operator]: { [key]: "x" } })).toBe(verdict);
  });
});

describe("a key with several values", () => {
  const key = "aws:PrincipalOrgPaths";
  test.each<[string, string[], boolean]>([
    ["ForAnyValue:StringLike", ["o-1/r-1/ou-a/*", "x"], true],
    ["ForAnyValue:StringLike", ["x"], false],
    ["ForAllValues:StringLike", ["o-1/*"], true],
    ["ForAllValues:StringLike", ["o-1/r-1/ou-a/*"], false],
    ["ForAnyValue:StringNotEquals", ["o-1/r-1/ou-a/"], true],
    ["ForAnyValue:StringNotEquals", ["o-1/r-1/ou-a/", "o-1/r-1/ou-b/"], false],
    ["ForAllValues:StringNotEquals", ["o-1/r-1/ou-a/"], false],
    ["ForAllValues:StringNotEquals", ["x"], true],
    ["ForAnyValue:StringEqualsIfExists", ["o-1/r-1/ou-b/"], true],
  ])("%s %j is %s", (operator, wanted, verdict) => {
    expect(holds({ [operator]: { [key]: wanted } })).toBe(verdict);
  });
});

test("all operators and all keys must hold; names of keys have no case", () => {
  const both = { StringEquals: { "AWS:USERNAME": "ada" }, Bool: { "aws:SecureTransport": "true" } };
  expect(holds(both)).toBe(true);
  expect(holds({ ...both, Bool: { "aws:SecureTransport": "false" } })).toBe(false);
  expect(holds({ StringEquals: { "aws:username": "ada", "aws:UserAgent": "x" } })).toBe(false);
  expect(holds({})).toBe(true);
});

describe("variables", () => {
  const arn = "aws:PrincipalArn";
  test.each<[string, object, boolean]>([
    ["are filled in", { StringLike: { [arn]: "*:user/team/${aws:username}" } }, true],
    ["within an ARN", { ArnLike: { [arn]: "arn:aws:iam::*:user/*/${aws:username}" } }, true],
    ["without a value fit nothing", { StringLike: { [arn]: "*${aws:SourceVpc}" } }, false],
    [
      "may say what they are otherwise",
      { StringEquals: { "aws:username": "${aws:SourceVpc, 'ada'}" } },
      true,
    ],
    ["keep a star a star", { StringLike: { "aws:username": "${aws:PrincipalTag/team}" } }, false],
    ["write signs themselves", { StringLike: { "aws:PrincipalTag/team": "r?d${*}" } }, true],
    ["ignore case where asked", { StringEqualsIgnoreCase: { "aws:username": "${aws:username}" } }, true],
  ])("%s", (_says, block, verdict) => {
    expect(holds(block)).toBe(verdict);
  });

  test("are plain text in policies of 2008", () => {
    expect(holds({ StringEquals: { "aws:username": "${aws:username}" } }, false)).toBe(false);
  });
});

test("unknown keys are named", () => {
  const compiled = compileCondition(
    { StringEquals: { "aws:RequestedRegion": "x", "aws:SourceIp": "y" } },
    true,
  );
  expect(compiled).toMatchObject({ unknownKeys: ["aws:RequestedRegion"] });
});
