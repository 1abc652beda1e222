// What placeholders in an event become, with a real token issuer.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startIssuer } from "../../../src/backends/issuer.ts";
import type { Backend } from "../../../src/backends/backend.ts";
import { systemClock } from "../../../src/ports.ts";
import { fillEvent, type Source } from "../../../src/serverless/fill-event.ts";

const clientId = "3n4b5urk1ft4fl3mg5e62d9ado";
const log = { info() {}, warn() {}, error() {} };
let folder = "";
let issuer: Backend;
let source: Source;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-fill-"));
  const users = ["ada", "grace"].map((name) => ({
    name,
    password: "A-password-1",
    groups: [],
    attributes: {},
  }));
  const client = {
    logicalId: "UserPoolClient",
    id: clientId,
    name: "web",
    authFlows: ["ALLOW_USER_PASSWORD_AUTH"],
    accessTokenSeconds: 600,
    idTokenSeconds: 300,
    refreshTokenSeconds: 86_400,
  };
  const pool = { logicalId: "UserPool", id: "us-east-1_Chat00001", name: "chat", clients: [client], users };
  issuer = await startIssuer({
    userPools: [pool],
    region: "us-east-1",
    folder,
    port: 0,
    clock: systemClock,
    log,
  });
  source = {
    urls: { cognito: issuer.endpoint },
    signIns: users.map(({ name, password }) => ({ clientId, name, password })),
  };
});
afterAll(async () => {
  await issuer.close();
  await rm(folder, { recursive: true, force: true });
});

const claimsOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());

describe("fillEvent", () => {
  it("puts tokens that the issuer has just signed into any text, one sign-in a user", async () => {
    const event = await fillEvent(
      {
        identitySource: ["Bearer ${gatewright:token:ada}"],
        headers: { a: "chat.v1, bearer.${gatewright:token:ada}", b: "${gatewright:id-token:ada}" },
        other: "${gatewright:token:grace}",
      },
      source,
    );
    const { identitySource, headers, other } = event as {
      identitySource: [string];
      headers: { a: string; b: string };
      other: string;
    };
    const token = identitySource[0].replace("Bearer ", "");
    expect(claimsOf(token)).toMatchObject({ username: "ada", token_use: "access" });
    expect(headers.a).toBe(`chat.v1, bearer.${token}`);
    expect(claimsOf(headers.b)).toMatchObject({ "cognito:username": "ada", token_use: "id" });
    expect(claimsOf(other)).toMatchObject({ username: "grace" });
  });

  it("gives one time to the whole event: a number where it stands alone, else a text", async () => {
    const before = Date.now();
    const event = await fillEvent(
      { at: "${gatewright:now}", again: { at: "id-${gatewright:now}" }, time: "${gatewright:request-time}" },
      source,
    );
    const { at, again, time } = event as { at: number; again: { at: string }; time: string };
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(again.at).toBe(`id-${at}`);
    expect(time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  });

  it.each([[null], [true], [7], [""], ["${other:now}"], [[]], [{ a: null, b: ["x", 1] }], [undefined]])(
    "leaves %j as it is",
    async (event) => {
      expect(await fillEvent(event, source)).toEqual(event);
    },
  );

  it("leaves a date of a YAML file a date", async () => {
    const at = new Date(0);
    expect(await fillEvent({ at }, source)).toEqual({ at });
  });

  it.each(["${gatewright:tokn:ada}", "Bearer ${gatewright:token-ada}", "${gatewright:toString}"])(
    "PLACEHOLDER_UNKNOWN for %s, with what there is",
    async (text) => {
      await expect(fillEvent({ deep: [text] }, source)).rejects.toMatchObject({
        code: "PLACEHOLDER_UNKNOWN",
        message: expect.stringContaining("${gatewright:request-time}"),
      });
    },
  );

  it.each(["${gatewright:token:nobody}", "${gatewright:token}", "${gatewright:id-token:Ada}"])(
    "USER_UNKNOWN for %s, with who there is",
    async (text) => {
      await expect(fillEvent(text, source)).rejects.toMatchObject({
        code: "USER_UNKNOWN",
        message: expect.stringContaining("ada, grace can"),
      });
    },
  );

  it("SIGN_IN_REFUSED where the issuer knows another password, without telling either", async () => {
    const stale = { ...source, signIns: [{ clientId, name: "ada", password: "An-old-one-1" }] };
    const error = await fillEvent("${gatewright:token:ada}", stale).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "SIGN_IN_REFUSED" });
    expect(String(error)).toContain("Incorrect username or password");
    expect(String(error)).not.toContain("An-old-one-1");
  });
});
