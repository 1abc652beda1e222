import { describe, expect, test } from "vitest";
import { createIdentities } from "../../../src/identities/identities.ts";
import type { LocalIdentity } from "../../../src/model/identity.ts";

const account = "123456789012";
const keys = { accessKeyId: "AKIAADA", secretAccessKey: "s" };
const ada: LocalIdentity = {
  name: "ada",
  arn: `arn:aws:iam::${account}:user/team/ada`,
  policies: [],
  ...keys,
};
const create = (...identities: readonly LocalIdentity[]) => createIdentities({ identities, made: new Map() });

describe("createIdentities", () => {
  test("a user has a name and an id that stay", () => {
    const first = create(ada).find("AKIAADA")?.caller;
    expect(first).toMatchObject({ userName: "ada", type: "User", accountId: account, temporary: false });
    expect(first?.userId).toMatch(/^AIDA[A-Z2-7]{17}$/);
    expect(create(ada).find("AKIAADA")?.caller.userId).toBe(first?.userId);
  });

  test("a role is a session of it", () => {
    const app = { ...ada, name: "my app", arn: `arn:aws:iam::${account}:role/app`, sessionToken: "t" };
    expect(create(app).find("AKIAADA")?.caller).toMatchObject({
      arn: `arn:aws:sts::${account}:assumed-role/app/my-app`,
      roleArn: app.arn,
      userId: expect.stringMatching(/^AROA[A-Z2-7]{17}:my-app$/),
      type: "AssumedRole",
      temporary: true,
    });
  });

  test("keys are made for who has none, and the account's own may do everything", () => {
    const { accessKeyId: _, secretAccessKey: __, ...bare } = ada;
    const made = new Map([["ada", { accessKeyId: "MADE", secretAccessKey: "m" }]]);
    const identities = createIdentities({
      account: { accountId: account, credentials: { accessKeyId: "ROOT", secretAccessKey: "r" } },
      identities: [bare],
      made,
    });
    expect(identities.find("MADE")?.credentials.secretAccessKey).toBe("m");
    expect(identities.find("ROOT")?.caller).toMatchObject({
      arn: `arn:aws:iam::${account}:root`,
      type: "Account",
    });
    expect(identities.find("OTHER")).toBeUndefined();
  });

  test("unknown condition keys are told", () => {
    const lines: string[] = [];
    const Condition = { StringEquals: { "aws:RequestedRegion": "x" } };
    const policy = { Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition } };
    const identities = [{ ...ada, policies: [policy] }];
    createIdentities({ identities, made: new Map(), warn: (line) => void lines.push(line) });
    expect(lines.join()).toContain("aws:RequestedRegion");
  });

  test.each<[string, readonly LocalIdentity[]]>([
    ["no key", [{ name: "x", arn: ada.arn, policies: [] }]],
    ["a key twice", [ada, { ...ada, name: "eve" }]],
    ["an ARN of something else", [{ ...ada, arn: "arn:aws:s3:::bucket" }]],
    ["no account", [{ ...ada, arn: "arn:aws:iam::12:user/ada" }]],
    ["an end that is no date", [{ ...ada, expiresAt: "soon" }]],
  ])("refuses %s: IDENTITY_INVALID", (_name, identities) => {
    expect(() => create(...identities)).toThrow(expect.objectContaining({ code: "IDENTITY_INVALID" }));
  });

  test("refuses a broken policy by the identity's name: POLICY_UNREADABLE", () => {
    const broken = { ...ada, policies: [{ Statement: [{ Effect: "allow" }] }] };
    expect(() => create(broken)).toThrow(
      expect.objectContaining({
        code: "POLICY_UNREADABLE",
        message: expect.stringContaining("identity ada"),
      }),
    );
  });
});
