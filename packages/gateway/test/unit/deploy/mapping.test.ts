// What cannot be read in an API's mappings is said when it is deployed, never to a client.
import { isFailure } from "@gatewright/contract";
import { describe, expect, test } from "vitest";
import { deployHttp } from "../../../src/deploy/http-plan.ts";
import { deployRest } from "../../../src/deploy/rest-plan.ts";
import type { IntegrationResponse, MappedIntegration } from "../../../src/model/integration.ts";
import type { RestApi, RestMethod } from "../../../src/model/rest-api.ts";
import { httpApi, lambda, method, restApi, route, service } from "../invoke/requests.ts";

const response: IntegrationResponse = { statusCode: "200", responseParameters: {}, responseTemplates: {} };

function mock(given: Partial<MappedIntegration> = {}): RestMethod {
  const integration: MappedIntegration = {
    type: "MOCK",
    requestParameters: {},
    requestTemplates: {},
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutMs: 29_000,
    responses: [response],
    ...given,
  };
  return method("GET /a", { integration });
}

function codeOf(task: () => unknown): string | undefined {
  try {
    task();
  } catch (error) {
    if (isFailure(error)) return error.code;
    throw error;
  }
  return undefined;
}

const deploy = (one: RestMethod, api: Partial<RestApi> = {}) =>
  deployRest(restApi([one], api), service(), new Map());
const validated = (model: string) =>
  method("POST /a", {
    requestValidator: { body: true, parameters: false },
    requestModels: { "application/json": model },
  });

describe("deploying a REST API", () => {
  test.each<[string, () => unknown]>([
    ["TEMPLATE_UNREADABLE", () => deploy(mock({ requestTemplates: { "application/json": "#if(true)" } }))],
    [
      "TEMPLATE_UNREADABLE",
      () =>
        deploy(mock({ responses: [{ ...response, responseTemplates: { "text/plain": "#foreach($x)" } }] })),
    ],
    [
      "MAPPING_UNREADABLE",
      () => deploy(mock({ requestParameters: { "integration.request.cookie.a": "'x'" } })),
    ],
    [
      "MAPPING_UNREADABLE",
      () => deploy(mock({ requestParameters: { "integration.request.header.a": "method.x" } })),
    ],
    [
      "MAPPING_UNREADABLE",
      () => deploy(mock({ requestParameters: { "integration.request.header.a": "method.request.body.$[" } })),
    ],
    [
      "MAPPING_UNREADABLE",
      () =>
        deploy(
          mock({ responses: [{ ...response, responseParameters: { "method.response.cookie.a": "'x'" } }] }),
        ),
    ],
    [
      "SELECTION_PATTERN_UNREADABLE",
      () => deploy(mock({ responses: [{ ...response, selectionPattern: "(" }] })),
    ],
    ["MODEL_UNKNOWN", () => deploy(validated("Nope"))],
    ["MODEL_UNREADABLE", () => deploy(validated("Bad"), { models: { Bad: { type: "whatever" } } })],
    [
      "MODEL_UNREADABLE",
      () => deploy(validated("Bad"), { models: { Bad: { $ref: "https://elsewhere.example/x" } } }),
    ],
    [
      "GATEWAY_RESPONSE_UNKNOWN",
      () =>
        deploy(mock(), {
          gatewayResponses: [{ type: "TEAPOT", responseParameters: {}, responseTemplates: {} }],
        }),
    ],
    [
      "MAPPING_UNREADABLE",
      () =>
        deploy(mock(), {
          gatewayResponses: [
            {
              type: "DEFAULT_4XX",
              responseParameters: { "gatewayresponse.header.A": "star" },
              responseTemplates: {},
            },
          ],
        }),
    ],
  ])("fails with %s", (code, task) => {
    expect(codeOf(task)).toBe(code);
  });

  test("says at which line a template breaks, and never what is in a request", () => {
    const task = () => deploy(mock({ requestTemplates: { "application/json": "{\n#if(true)\n}" } }));
    expect(task).toThrow(
      "The mapping template for the request of GET /a, application/json, cannot be read: line 3",
    );
  });

  test("compiles validators only for the methods that have one", () => {
    const plan = deploy(method("GET /a", { requestModels: { "application/json": "Nope" } }));
    expect([plan.validators.size, plan.integrations.size]).toEqual([0, 0]);
  });

  test("warns of services that do not run here, by name", () => {
    const target = { service: "sqs", kind: "action", value: "SendMessage" } as const;
    expect(deploy(mock({ type: "AWS", target })).warnings).toEqual([
      "GET /a calls sqs (action/SendMessage), which is not available locally: it answers 500",
    ]);
  });
});

describe("deploying an HTTP API", () => {
  const mapped = (requestParameters: Readonly<Record<string, string>>) =>
    deployHttp(httpApi([route("GET /a", { integration: { ...lambda, requestParameters } })]), service());

  test.each([
    ["MAPPING_UNREADABLE", { "prepend:header.a": "x" }],
    ["MAPPING_UNREADABLE", { "append:path": "x" }],
    ["MAPPING_UNREADABLE", { "append:header.a b": "x" }],
    ["MAPPING_UNREADABLE", { "append:header.a": "$request.cookie.x" }],
    ["MAPPING_UNREADABLE", { "append:header.a": "$request.body.a..b" }],
    ["MAPPING_UNREADABLE", { "append:header.a": "$request.body.[" }],
    ["MAPPING_RESERVED", { "append:header.Authorization": "x" }],
    ["MAPPING_RESERVED", { "overwrite:header.x-amzn-trace-id": "x" }],
    ["MAPPING_RESERVED", { "remove:header.access-control-allow-origin": "''" }],
  ])("fails with %s for %j", (code, parameters) => {
    expect(codeOf(() => mapped(parameters as unknown as Readonly<Record<string, string>>))).toBe(code);
  });

  test("leaves plain functions out of it", () => {
    expect(deployHttp(httpApi(["GET /a"]), service()).integrations.size).toBe(0);
  });
});
