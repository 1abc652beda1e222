// $connect and @connections for callers who sign: signatures and policies, really checked.
import { payloadHash, signRequest } from "@gatewright/signature";
import { describe, expect, it } from "vitest";
import { createIdentities } from "../../../src/identities/identities.ts";
import { credentials, startApi, toRoute, toSignal } from "./running-api.ts";

const account = "000000000000";
const policy = (Action: string, Resource: string) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action, Resource },
});
const user = (name: string, policies: readonly unknown[], accountId = account) => ({
  name,
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: `${name}-secret`,
  policies,
});
const connects = policy("execute-api:Invoke", "arn:aws:execute-api:us-east-1:*:wsapi12345/dev/$connect");
const users = [
  user("ada", [connects]),
  user("bob", [policy("execute-api:Invoke", "arn:aws:execute-api:us-east-1:*:wsapi12345/dev/*/*")]),
  user("eve", [connects], "111111111111"),
  user("poster", [
    policy("execute-api:ManageConnections", "arn:aws:execute-api:*:*:*/dev/POST/@connections/*"),
  ]),
];
const identities = createIdentities({
  account: { accountId: account, credentials },
  identities: users,
  made: new Map(),
});

function sign(name: string, target: string, method = "GET", body = "") {
  const found = users.find((each) => each.name === name);
  const { accessKeyId = "", secretAccessKey = "" } = found ?? {};
  return signRequest(
    { method, url: new URL(target.replace(/^ws/, "http")), payloadHash: payloadHash(body) },
    { credentials: { accessKeyId, secretAccessKey }, region: "us-east-1", service: "execute-api" },
  );
}

describe("a $connect route with IAM", () => {
  const start = async () => {
    const seen = toSignal<{ readonly requestContext: Readonly<Record<string, unknown>> }>();
    const connect = (event: { readonly requestContext: Readonly<Record<string, unknown>> }) => {
      seen.give(event);
      return { statusCode: 200 };
    };
    const routes = [toRoute("$connect", { iam: true })];
    const running = await startApi({ connect }, { routes }, undefined, { identities });
    return Object.assign(running, { seen });
  };

  it("lets in who signs and may, and says who it is", async () => {
    await using running = await start();
    await running.open("?room=1", { headers: sign("ada", `${running.url}?room=1`) });
    const { requestContext } = await running.seen.take();
    expect(requestContext["identity"]).toMatchObject({
      accessKey: "AKIAADA",
      accountId: account,
      userArn: `arn:aws:iam::${account}:user/ada`,
    });
  });

  it.each([
    ["nobody", "MissingAuthenticationTokenException", "Missing Authentication Token"],
    ["bob", "AccessDeniedException", "user/bob is not authorized to perform: execute-api:Invoke"],
    ["eve", "AccessDeniedException", "because no resource-based policy allows"],
  ])("keeps out %s", async (name, type, says) => {
    await using running = await start();
    const options = name === "nobody" ? {} : { headers: sign(name, running.url) };
    expect(await running.refused("/dev", options)).toMatchObject({
      status: 403,
      type,
      body: expect.stringContaining(says),
    });
  });

  it("keeps out a signature of another query", async () => {
    await using running = await start();
    const headers = sign("ada", `${running.url}?room=1`);
    expect(await running.refused("/dev?room=2", { headers })).toMatchObject({
      status: 403,
      type: "InvalidSignatureException",
    });
  });
});

describe("@connections", () => {
  it("asks the signer's policies for execute-api:ManageConnections, by verb", async () => {
    const ids = toSignal<string>();
    const connect = (event: { readonly requestContext: { readonly connectionId: string } }) => {
      ids.give(event.requestContext.connectionId);
      return { statusCode: 200 };
    };
    await using running = await startApi({ connect }, {}, undefined, { identities });
    const client = await running.open();
    const url = `${running.http}/@connections/${encodeURIComponent(await ids.take())}`;
    const call = async (name: string, method: string, body = "") =>
      fetch(url, { method, headers: sign(name, url, method, body), ...(body !== "" && { body }) });
    expect((await call("poster", "POST", "hello")).status).toBe(200);
    expect(await client.next()).toBe("hello");
    const refused = await call("poster", "DELETE");
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("is not authorized to perform: execute-api:ManageConnections");
    expect((await call("ada", "POST", "hello")).status).toBe(403);
  });
});
