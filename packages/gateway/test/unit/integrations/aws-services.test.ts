// AWS integrations of a REST API against the DynamoDB and the S3 that run here.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { Backend } from "../../../src/backends/backend.ts";
import { startDynamodb } from "../../../src/backends/dynamodb.ts";
import { startHttpDoor } from "../../../src/doors/http.ts";
import type { LocalServices } from "../../../src/integrations/aws-request.ts";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { createRestApi } from "../../../src/invoke/rest-api.ts";
import type { MappedIntegration } from "../../../src/model/integration.ts";
import type { RestMethod } from "../../../src/model/rest-api.ts";
import { systemClock, systemIds } from "../../../src/ports.ts";
import { credentials, region, startBench } from "../backends/s3/bench.ts";
import { method, recordedLog, restApi, service } from "../invoke/requests.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const json = { "content-type": "application/json" };
const ok = { statusCode: "200", responseParameters: {}, responseTemplates: {} };
const refused = { ...ok, statusCode: "400", selectionPattern: "4\\d{2}" };
const statuses = ["200", "400"].map((statusCode) => ({
  statusCode,
  responseParameters: {},
  responseModels: {},
}));

function aws(
  route: string,
  target: MappedIntegration["target"],
  given: Partial<MappedIntegration>,
): RestMethod {
  const integration: MappedIntegration = {
    type: "AWS",
    httpMethod: "POST",
    ...(target && { target }),
    requestParameters: {},
    requestTemplates: {},
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutMs: 29_000,
    responses: [ok, refused],
    ...given,
  };
  return method(route, { integration, methodResponses: statuses });
}

async function serve(
  methods: readonly RestMethod[],
  services: LocalServices | undefined,
  binary: string[] = [],
) {
  const log = recordedLog();
  const application = createRestApi({
    api: restApi(methods, { binaryMediaTypes: binary }),
    service: service(),
    functions: inlineFunctions({}),
    apiKeyValues: new Map(),
    clock: systemClock,
    ids: systemIds,
    log,
    ...(services && { services }),
  });
  const door = await startHttpDoor({ port: 0, for: "the REST API", application });
  closing.push(() => door.close());
  return { url: `http://127.0.0.1:${door.port}/dev`, log };
}

async function startTable(): Promise<Backend> {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-dynamodb-"));
  const createTable = {
    TableName: "pets",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  };
  const table = { logicalId: "Pets", name: "pets", createTable };
  const backend = await startDynamodb({ tables: [table], folder, port: 0, log: recordedLog() });
  closing.push(() => rm(folder, { recursive: true }));
  closing.push(() => backend.close());
  return backend;
}

const dynamodb = (action: string, template: string, response = "$input.body"): Parameters<typeof aws> => [
  `POST /${action}`,
  { service: "dynamodb", kind: "action", value: action },
  {
    requestTemplates: { "application/json": template },
    responses: [{ ...ok, responseTemplates: { "application/json": response } }, refused],
  },
];

test("items are put, got, changed, found and deleted in DynamoDB", async () => {
  const backend = await startTable();
  const key = `"Key": {"id": {"S": "$input.path('$.id')"}}`;
  const api = await serve(
    [
      aws(
        ...dynamodb(
          "PutItem",
          `{"TableName": "pets", "Item": {"id": {"S": "$context.requestId"}, "name": {"S": $input.json('$.name')}}}`,
          '{"id": "$context.requestId"}',
        ),
      ),
      aws(...dynamodb("GetItem", `{"TableName": "pets", ${key}}`, `{"name": $input.json('$.Item.name.S')}`)),
      aws(
        ...dynamodb(
          "UpdateItem",
          `{"TableName": "pets", ${key}, "UpdateExpression": "SET #n = :n", "ExpressionAttributeNames": {"#n": "name"},
            "ExpressionAttributeValues": {":n": {"S": $input.json('$.name')}}, "ReturnValues": "ALL_NEW"}`,
          `{"name": $input.json('$.Attributes.name.S')}`,
        ),
      ),
      aws(
        ...dynamodb(
          "Query",
          `{"TableName": "pets", "KeyConditionExpression": "id = :id",
            "ExpressionAttributeValues": {":id": {"S": $input.json('$.id')}}}`,
          `[#foreach($i in $input.path('$.Items'))"$i.name.S"#if($foreach.hasNext),#end#end]`,
        ),
      ),
      aws(...dynamodb("DeleteItem", `{"TableName": "pets", ${key}}`)),
    ],
    { endpoints: { dynamodb: backend.endpoint }, credentials, region },
  );
  const post = async (action: string, body: object): Promise<unknown> => {
    const answer = await fetch(`${api.url}/${action}`, {
      method: "POST",
      headers: json,
      body: JSON.stringify(body),
    });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(answer.headers.get("x-amzn-trace-id")).toMatch(/^Root=/);
    return answer.json();
  };
  const { id } = (await post("PutItem", { name: 'Rex "the dog"' })) as { id: string }; // what the template answers
  expect(await post("GetItem", { id })).toEqual({ name: 'Rex "the dog"' });
  expect(await post("UpdateItem", { id, name: "Max" })).toEqual({ name: "Max" });
  expect(await post("Query", { id })).toEqual(["Max"]);
  expect(await post("DeleteItem", { id })).toEqual({});
  expect(await post("Query", { id })).toEqual([]);
}, 20_000);

test("what DynamoDB refuses is chosen by its status", async () => {
  const backend = await startTable();
  const api = await serve([aws(...dynamodb("GetItem", '{"TableName": "nope", "Key": {"id": {"S": "1"}}}'))], {
    endpoints: { dynamodb: backend.endpoint },
    credentials,
    region,
  });
  const answer = await fetch(`${api.url}/GetItem`, { method: "POST", headers: json, body: "{}" });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ __type: expect.stringContaining("ResourceNotFoundException") });
}, 20_000);

test("objects are put into S3 and got from it, by path parameters", async () => {
  const bench = await startBench();
  onTestFinished(() => bench.end());
  const target = { service: "s3", kind: "path", value: "{bucket}/{key}" } as const;
  const path = {
    "integration.request.path.bucket": "'cats'",
    "integration.request.path.key": "method.request.path.key",
  };
  const api = await serve(
    [
      aws("PUT /files/{key}", target, {
        httpMethod: "PUT",
        requestParameters: {
          ...path,
          "integration.request.header.Content-Type": "method.request.header.content-type",
        },
      }),
      aws("GET /files/{key}", target, {
        httpMethod: "GET",
        requestParameters: path,
        responses: [
          {
            ...ok,
            responseParameters: {
              "method.response.header.Content-Type": "integration.response.header.Content-Type",
            },
          },
          { ...refused, responseTemplates: { "application/json": '{"missing": true}' } },
        ],
      }),
    ],
    { endpoints: { s3: bench.endpoint }, credentials, region },
    ["image/png"],
  );
  const bytes = Buffer.from([137, 80, 78, 71, 0, 255]);
  const headers = { "content-type": "image/png" };
  const put = await fetch(`${api.url}/files/a%20b.png`, { method: "PUT", headers, body: bytes });
  expect([put.status, await put.text()]).toEqual([200, ""]);
  const got = await fetch(`${api.url}/files/a%20b.png`, { headers: { accept: "image/png" } });
  expect([got.status, got.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes);
  const missing = await fetch(`${api.url}/files/nope.txt`);
  expect([missing.status, await missing.json()]).toEqual([400, { missing: true }]);
}, 20_000);

test("dots in a key lead to no other bucket", async () => {
  const bench = await startBench();
  onTestFinished(() => bench.end());
  const target = { service: "s3", kind: "path", value: "cats/{key}" } as const;
  const api = await serve(
    [
      aws("PUT /{key+}", target, {
        httpMethod: "PUT",
        requestParameters: { "integration.request.querystring.x": "method.request.querystring.x" },
      }),
      aws("GET /get", target, {
        httpMethod: "GET",
        requestParameters: { "integration.request.path.key": "method.request.querystring.key" },
      }),
    ],
    { endpoints: { s3: bench.endpoint }, credentials, region },
  );
  const answer = await fetch(`${api.url}/get?key=${encodeURIComponent("../dogs")}`);
  expect(await answer.text()).not.toContain("<ListBucketResult");
}, 20_000);

test("a service that does not run here is refused by name, at start and with each request", async () => {
  const target = { service: "dynamodb", kind: "action", value: "GetItem" } as const;
  const api = await serve(
    [aws("POST /a", target, {}), aws("POST /b", { ...target, service: "sns", value: "Publish" }, {})],
    undefined,
  );
  for (const path of ["/a", "/b"]) {
    const answer = await fetch(api.url + path, { method: "POST", body: "{}" });
    expect([answer.status, await answer.json()]).toEqual([500, { message: "Internal server error" }]);
  }
  expect(api.log.lines.filter((line) => line.startsWith("warn"))).toEqual([
    "warn REST POST /b calls sns (action/Publish), which is not available locally: it answers 500",
    "warn REST POST /a: dynamodb (action/GetItem) is not available locally",
    "warn REST POST /b: sns (action/Publish) is not available locally",
  ]);
});
