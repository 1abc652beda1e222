// What a deployment refuses, so that nobody is let in because something was not understood.
import { describe, expect, test } from "vitest";
import { deployHttp } from "../../../src/deploy/http-plan.ts";
import { deployRest } from "../../../src/deploy/rest-plan.ts";
import { askPolicy } from "../../../src/policy/policy.ts";
import { httpApi, method, restApi, route, service } from "../invoke/requests.ts";

const restOf = (given: Parameters<typeof restApi>[1], methods = [method("GET /a")]) =>
  deployRest(restApi(methods, given), service(), new Map());
const cognito = {
  id: "cog01",
  name: "pool",
  type: "COGNITO_USER_POOLS",
  userPoolIds: ["eu-west-1_Pool"],
  identitySources: [],
  ttlSeconds: 0,
} as const;

describe("a resource policy", () => {
  test.each<[string, unknown]>([
    ["that is text", "{}"],
    ["without a principal", { Statement: { Effect: "Allow", Action: "*", Resource: "*" } }],
    [
      "with an operator that there is not",
      {
        Statement: {
          Effect: "Allow",
          Principal: "*",
          Action: "*",
          Resource: "*",
          Condition: { Is: { a: "b" } },
        },
      },
    ],
  ])("%s is refused by the API's name: POLICY_UNREADABLE", (_name, resourcePolicy) => {
    expect(() => restOf({ resourcePolicy })).toThrow(
      expect.objectContaining({
        code: "POLICY_UNREADABLE",
        message: expect.stringContaining("The resource policy of the API dev-chat"),
      }),
    );
  });

  test.each([
    ["execute-api:/dev/GET/a", "arn:aws-cn:execute-api:cn-north-1:123456789012:restapi001/dev/GET/a"],
    ["execute-api:/*", "arn:aws-cn:execute-api:cn-north-1:123456789012:restapi001/dev/POST/b/c"],
    ["execute-api:*", "arn:aws-cn:execute-api:cn-north-1:123456789012:restapi001/dev/POST/b/c"],
  ])("%s stands for the API's own ARN", (Resource, resource) => {
    const resourcePolicy = { Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource } };
    const api = restApi([method("GET /a")], { resourcePolicy });
    const { resourcePolicy: policy } = deployRest(api, service({ region: "cn-north-1" }), new Map());
    const ask = (about: string) =>
      policy && askPolicy(policy, { action: "execute-api:invoke", resource: about, keys: () => undefined });
    expect(ask(resource)).toBe("allow");
    expect(ask(resource.replace("restapi001", "restapi002"))).toBe("implicit-deny");
  });
});

describe("authorizers", () => {
  test("a user pool's issuer is in the region that its id names", () => {
    const { cognito: deployed } = restOf({ cognitoAuthorizers: [cognito] });
    const issuers = [...(deployed.get("cog01")?.issuers ?? [])];
    expect(issuers).toEqual(["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool"]);
  });

  test("a pattern that is none is refused: IDENTITY_VALIDATION_INVALID", () => {
    const authorizer = { ...cognito, identityValidation: "(" };
    expect(() => restOf({ cognitoAuthorizers: [authorizer] })).toThrow(
      expect.objectContaining({ code: "IDENTITY_VALIDATION_INVALID" }),
    );
  });

  test("no method is left open because its authorizer is not there: AUTHORIZER_NOT_DEPLOYED", () => {
    const closed = [method("GET /a", { authorizerId: "cog02" })];
    expect(() => restOf({ cognitoAuthorizers: [cognito] }, closed)).toThrow(
      expect.objectContaining({ code: "AUTHORIZER_NOT_DEPLOYED" }),
    );
  });

  test.each(["http://issuer.example", "issuer", "https://issuer.example/?a=b"])(
    "an issuer at %s is refused: ISSUER_INVALID",
    (issuer) => {
      const jwt = { id: "j", name: "jwt", type: "JWT", issuer, audience: [], identitySources: [] } as const;
      const api = httpApi([route("GET /a", { authorizerId: "j" })], { jwtAuthorizers: [jwt] });
      expect(() => deployHttp(api, service())).toThrow(expect.objectContaining({ code: "ISSUER_INVALID" }));
    },
  );
});
