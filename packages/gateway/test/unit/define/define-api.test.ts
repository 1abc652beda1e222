// APIs written as code: what they come to, and that they answer.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFailure } from "@gatewright/contract";
import { describe, expect, it } from "vitest";
import { defineApi, type ApiDefinition } from "../../../src/define/define-api.ts";
import { startGateway } from "../../../src/start.ts";

describe("defineApi", () => {
  it("gives routes, authorizers, keys and stages as a definition file would", () => {
    const hello = (): object => ({ statusCode: 200 });
    const { restApi, httpApi, functions, apiKeys, usagePlans } = defineApi({
      name: "notes",
      stage: "beta",
      authorizers: {
        door: { handler: () => ({}), ttlSeconds: 60, identitySources: ["querystring.token"] },
        people: { userPoolIds: ["us-east-1_AbCdEf123"] },
        issuer: { issuer: "https://id.example", audience: ["web"] },
      },
      rest: {
        binaryMediaTypes: ["image/png"],
        stageVariables: { a: "b" },
        models: { Note: { type: "object" } },
        routes: {
          "GET /notes/{id}/": hello,
          "POST /notes": {
            handler: hello,
            authorizer: "door",
            apiKeyRequired: true,
            operationName: "create",
            parameters: { "method.request.querystring.q": true },
            models: { "application/json": "Note" },
            cacheKeyParameters: ["method.request.querystring.q"],
            stream: true,
          },
          "ANY /mine": { handler: { file: "src/mine.handler" }, authorizer: "people", scopes: ["a/b"] },
          "GET /signed": { handler: { file: "src/mine.handler" }, authorizer: "aws_iam" },
        },
      },
      http: {
        cors: {
          allowOrigins: ["*"],
          allowMethods: ["GET"],
          allowHeaders: [],
          exposeHeaders: [],
          allowCredentials: false,
        },
        routes: {
          "GET /rooms": { handler: hello, authorizer: "issuer", scopes: ["s"], payloadVersion: "1.0" },
          $default: { handler: hello, authorizer: "door" },
        },
      },
      apiKeys: { board: "0123456789abcdef0123" },
      usagePlan: { quota: { limit: 5, offset: 0, period: "DAY" } },
    });
    expect(functions.map(({ key, handler, inline }) => [key, handler, typeof inline])).toEqual([
      ["door", "", "function"],
      ["GET-notes-id", "", "function"],
      ["ANY-mine", "src/mine.handler", "undefined"],
    ]);
    expect(restApi).toMatchObject({
      stage: "beta",
      stageVariables: { a: "b" },
      binaryMediaTypes: ["image/png"],
      authorizers: [
        {
          name: "door",
          type: "REQUEST",
          ttlSeconds: 60,
          identitySources: [{ from: "querystring", name: "token" }],
        },
      ],
      cognitoAuthorizers: [{ name: "people", userPoolIds: ["us-east-1_AbCdEf123"], ttlSeconds: 300 }],
      methods: [
        { method: "GET", path: "/notes/{id}", apiKeyRequired: false },
        {
          method: "POST",
          path: "/notes",
          apiKeyRequired: true,
          operationName: "create",
          requestValidator: { body: true, parameters: true },
          integration: { responseTransferMode: "STREAM", functionKey: "GET-notes-id" },
        },
        { authorizationScopes: ["a/b"], integration: { functionKey: "ANY-mine" } },
        { iam: true, integration: { functionKey: "ANY-mine" } },
      ],
    });
    expect(restApi?.methods[1]?.authorizerId).toBe(restApi?.authorizers[0]?.id);
    expect(httpApi).toMatchObject({
      stage: "$default",
      jwtAuthorizers: [{ name: "issuer", issuer: "https://id.example" }],
      authorizers: [{ name: "door", payloadVersion: "2.0", simpleResponses: false }],
      routes: [
        { routeKey: "GET /rooms", authorizationScopes: ["s"], integration: { payloadVersion: "1.0" } },
        { routeKey: "$default", integration: { payloadVersion: "2.0" } },
      ],
    });
    expect(usagePlans).toMatchObject([
      { apiKeyIds: [apiKeys[0]?.id], stages: [{ apiId: restApi?.id, stage: "beta" }], quota: { limit: 5 } },
    ]);
  });

  it.each<[ApiDefinition<string>, string]>([
    [{ name: "a b" }, "name"],
    [{ name: "a", stage: "b c" }, "stage"],
    [{ name: "a", rest: { routes: { "get /a": () => 1 } } }, 'rest.routes["get /a"]'],
    [{ name: "a", http: { routes: { "GET a": () => 1 } } }, 'http.routes["GET a"]'],
    [{ name: "a", apiKeys: { short: "abc" } }, "apiKeys.short"],
    [
      { name: "a", rest: { routes: { "GET /a": { handler: () => 1, authorizer: "nobody" } } } },
      'rest.routes["GET /a"].authorizer',
    ],
    [
      {
        name: "a",
        authorizers: { jwt: { issuer: "https://a", audience: [] } },
        rest: { routes: { "GET /a": { handler: () => 1, authorizer: "jwt" } } },
      },
      'rest.routes["GET /a"].authorizer',
    ],
    [
      {
        name: "a",
        authorizers: { door: { handler: () => 1, identitySources: ["cookie.a"] } },
        rest: { routes: {} },
      },
      "authorizers.door.identitySources",
    ],
    [
      {
        name: "a",
        authorizers: { door: { handler: () => 1 } },
        http: { routes: { "GET /a": { handler: () => 1, authorizer: "door", scopes: ["a"] } } },
      },
      'http.routes["GET /a"].scopes',
    ],
  ])("says what is wrong and where: %#", (definition, at) => {
    try {
      defineApi(definition);
      expect.unreachable();
    } catch (error) {
      if (!isFailure(error)) throw error;
      expect([error.code, error.facts]).toEqual(["API_DEFINITION_INVALID", expect.objectContaining({ at })]);
    }
  });
});

describe("a gateway started with it", () => {
  it("answers by handlers in this process and by handlers in files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gatewright-define-"));
    await writeFile(
      join(folder, "filed.mjs"),
      'export const handler = async () => ({ statusCode: 200, body: "from a file" });',
    );
    try {
      let asked = 0;
      const definition = defineApi({
        name: "notes",
        folder,
        authorizers: {
          door: {
            handler: ({ methodArn, headers }: { methodArn: string; headers: Record<string, string> }) => {
              asked++;
              return {
                principalId: "ada",
                policyDocument: {
                  Version: "2012-10-17",
                  Statement: [
                    {
                      Action: "execute-api:Invoke",
                      Effect: headers["x-open"] ? "Allow" : "Deny",
                      Resource: methodArn,
                    },
                  ],
                },
              };
            },
          },
        },
        rest: {
          routes: {
            "GET /notes/{id}": ({ pathParameters }: { pathParameters: { id: string } }) => ({
              statusCode: 200,
              body: `note ${pathParameters.id}`,
            }),
            "GET /guarded": { handler: () => ({ statusCode: 204 }), authorizer: "door" },
          },
        },
        http: { routes: { "GET /filed": { handler: { file: "filed.handler" } } } },
      });
      await using gateway = await startGateway({ definition, folder: join(folder, "data") });
      const note = await fetch(`${gateway.urls.rest}/notes/7`);
      expect([note.status, await note.text()]).toEqual([200, "note 7"]);
      const guarded = (headers: Record<string, string>): Promise<Response> =>
        fetch(`${gateway.urls.rest}/guarded`, { headers: { authorization: "a", ...headers } });
      expect((await guarded({})).status).toBe(403);
      expect((await guarded({ "x-open": "1" })).status).toBe(204);
      expect(asked).toBe(2);
      expect(await (await fetch(`${gateway.urls.http}/filed`)).text()).toBe("from a file");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
