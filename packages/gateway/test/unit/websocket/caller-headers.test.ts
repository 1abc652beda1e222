// Where a WebSocket client says that it calls from.
import { payloadHash, signRequest } from "@gatewright/signature";
import { expect, it } from "vitest";
import { createIdentities } from "../../../src/identities/identities.ts";
import { startApi, toSignal } from "./running-api.ts";

const said = { "X-Gatewright-Source-Ip": "203.0.113.9" };

interface ConnectEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: { readonly identity: { readonly sourceIp: string } };
}

it.each([
  [true, "203.0.113.9"],
  [false, "127.0.0.1"],
])("believed: %s, $connect comes from %s, and no event has the header", async (callerHeaders, sourceIp) => {
  const seen = toSignal<ConnectEvent>();
  const connect = (event: ConnectEvent) => (seen.give(event), { statusCode: 200 });
  await using running = await startApi({ connect }, {}, undefined, { callerHeaders });
  await running.open("", { headers: said });
  const { headers, requestContext } = await seen.take();
  expect(requestContext.identity.sourceIp).toBe(sourceIp);
  expect(Object.keys(headers).filter((name) => /gatewright/i.test(name))).toEqual([]);
  expect(running.lines.some((line) => line.includes("allow them with --caller-headers"))).toBe(
    !callerHeaders,
  );
});

const poster = {
  name: "poster",
  arn: "arn:aws:iam::000000000000:user/poster",
  accessKeyId: "AKIAPOSTER",
  secretAccessKey: "poster-secret",
  policies: [
    {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "execute-api:ManageConnections",
        Resource: "*",
        Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
      },
    },
  ],
};

it.each([
  [true, said, 410],
  [true, {}, 403],
  [false, said, 403],
])("believed: %s, a post to @connections with %j gets %i", async (callerHeaders, headers, status) => {
  const identities = createIdentities({ identities: [poster], made: new Map() });
  await using running = await startApi({ connect: () => ({ statusCode: 200 }) }, {}, undefined, {
    identities,
    callerHeaders,
  });
  const url = `${running.http}/@connections/L0SM9cOFvHcCIhw=`;
  const signed = signRequest(
    { method: "POST", url: new URL(url), payloadHash: payloadHash("x") },
    { credentials: poster, region: "us-east-1", service: "execute-api" },
  );
  const answer = await fetch(url, { method: "POST", headers: { ...signed, ...headers }, body: "x" });
  expect(answer.status).toBe(status);
});
