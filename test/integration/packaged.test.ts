// What is deployed is what is run: the chat as `sls package` writes it, beside the definition. Needs the build: `npm test` makes it.
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { readDefinition, readServerless, startGateway, type Service } from "@gatewright/gateway";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageService, root } from "./package-service.ts";
import { definitionFile } from "./running-chat.ts";

let folder: string;
let packaged: Service;

beforeAll(async () => {
  // Where the SDK is at hand, which Lambda has by itself and the packages therefore leave out.
  folder = await mkdtemp(join(root, "examples", "chat", "node_modules", ".packaged-"));
  packaged = await readDefinition(await packageService(root, join(folder, "package"), folder));
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("describes the same APIs, functions, keys, tables, buckets and people", async () => {
  const written = await readServerless(definitionFile);
  const { functions: packs, folder: place, schedules: rules = [], ...rest } = packaged;
  const { functions: sources, folder: home, schedules = [], ...described } = written;
  const { bundling: _, ...comparable } = described; // packages have been through the bundler
  expect(rest).toEqual(comparable);
  const often = (list: typeof rules): object[] => list.map((schedule) => ({ ...schedule, name: "" }));
  expect(often(rules)).toEqual(often(schedules)); // CloudFormation makes their names up
  expect([place, home]).toEqual([folder, root]);
  const handlers = packs.map(({ handler }) => handler.replace(/^\.gatewright\/code\/\w+\//, ""));
  expect(handlers).toEqual(sources.map(({ handler }) => handler));
  const plain = (one: Service["functions"][number]): object => ({ ...one, handler: "" });
  expect(packs.map(plain)).toEqual(sources.map(plain));
});

it("runs from the packages, with nothing but them", async () => {
  await using gateway = await startGateway({ definition: packaged, folder: join(folder, "data") });
  const signedIn = await fetch(gateway.urls.cognito ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: packaged.userPools[0]?.clients[0]?.id,
      AuthParameters: { USERNAME: "ada", PASSWORD: packaged.userPools[0]?.users[0]?.password },
    }),
  });
  const { AuthenticationResult: result } = (await signedIn.json()) as {
    AuthenticationResult: { AccessToken: string };
  };
  const rooms = await fetch(`${gateway.urls.http}/rooms`, {
    headers: { authorization: `Bearer ${result.AccessToken}` },
  });
  expect(rooms.status).toBe(200);
  expect((await fetch(`${gateway.urls.http}/rooms`)).status).toBe(401);
}, 60_000);
