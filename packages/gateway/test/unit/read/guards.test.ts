// Who may call: what resources say of it over what stood there before, for each kind of API.
import { describe, expect, it } from "vitest";
import { failureOf, readText, withEvents } from "./read-text.ts";

const rest = `      - http: { path: rooms, method: get, authorizer: { name: people, type: COGNITO_USER_POOLS, arn: "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_Shop", scopes: [rooms/read] } }
      - http: { path: open, method: get }`;
const http = "      - httpApi: GET /rooms";
const websocket = "      - websocket: $connect";

const over = (events: string, resources: string): string =>
  `${withEvents(events)}resources:\n  extensions:\n    ${resources}\n`;

describe("a scoped method of a user pool", () => {
  it.each([
    ["OperationName: rooms", ["rooms/read"]],
    ["AuthorizationType: COGNITO_USER_POOLS", ["rooms/read"]],
    ["AuthorizationScopes: [rooms/write]", ["rooms/write"]],
  ])("keeps what is not laid over it: %s", async (settings, scopes) => {
    const text = over(rest, `ApiGatewayMethodRoomsGet: { Properties: { ${settings} } }`);
    const { restApi } = await readText(text);
    expect(restApi?.methods[0]).toMatchObject({
      authorizerId: restApi?.cognitoAuthorizers?.[0]?.id,
      authorizationScopes: scopes,
    });
  });

  it("can be opened, and can ask for signatures", async () => {
    const opened = over(rest, "ApiGatewayMethodRoomsGet: { Properties: { AuthorizationType: NONE } }");
    const signed = over(rest, "ApiGatewayMethodRoomsGet: { Properties: { AuthorizationType: AWS_IAM } }");
    const [open, iam] = [(await readText(opened)).restApi, (await readText(signed)).restApi];
    for (const key of ["authorizerId", "authorizationScopes"]) {
      expect(open?.methods[0]).not.toHaveProperty(key);
      expect(iam?.methods[0]).not.toHaveProperty(key);
    }
    expect(iam?.methods[0]).toMatchObject({ iam: true });
  });

  it("is refused where its type is of other authorizers", async () => {
    const text = over(rest, "ApiGatewayMethodRoomsGet: { Properties: { AuthorizationType: CUSTOM } }");
    expect(await failureOf(text)).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { expected: "COGNITO_USER_POOLS, as its authorizer is" },
    });
  });
});

describe("an authorizer beside the type NONE", () => {
  it.each([
    ["REST", rest, "ApiGatewayMethodOpenGet", "AuthorizationType: NONE, "],
    ["REST, as it was before", rest, "ApiGatewayMethodOpenGet", ""],
    ["HTTP", http, "HttpApiRouteGetRooms", "AuthorizationType: NONE, "],
    ["HTTP, as it was before", http, "HttpApiRouteGetRooms", ""],
    ["WebSocket", websocket, "SconnectWebsocketsRoute", "AuthorizationType: NONE, "],
    ["WebSocket, as it was before", websocket, "SconnectWebsocketsRoute", ""],
  ])("is refused, as AWS would let everybody in: %s", async (_, events, logicalId, type) => {
    const text = over(events, `${logicalId}: { Properties: { ${type}AuthorizerId: abc123 } }`);
    expect(await failureOf(text)).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { expected: "left out, as AuthorizationType is NONE" },
    });
  });
});
