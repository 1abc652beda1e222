// Functions and user pools that stage variables name: kept as they are written, where a stage can fill them in.
import { describe, expect, it } from "vitest";
import { failureOf, readText, withEvents } from "./read-text.ts";

const arn = "arn:aws:lambda:us-east-1:1:function:${stageVariables.name}";
const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
const pool = "arn:aws:cognito-idp:us-east-1:1:userpool/${stageVariables.pool}";

const read = (events: string, resources: string) =>
  readText(`${withEvents(events)}resources:\n  Resources:\n${resources}`);

describe("a stage variable", () => {
  it("may name the functions of a REST API's methods and authorizers", async () => {
    const { restApi } = await read(
      `      - http: { path: a, method: get, authorizer: { name: door, arn: "${arn}" } }`,
      `    B: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref ApiGatewayRestApi, ParentId: !GetAtt ApiGatewayRestApi.RootResourceId, PathPart: b } }
    BGet: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref ApiGatewayRestApi, ResourceId: !Ref B, HttpMethod: GET, Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: "${uri}" } } }
    BPost: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref ApiGatewayRestApi, ResourceId: !Ref B, HttpMethod: POST, Integration: { Type: AWS, IntegrationHttpMethod: POST, Uri: "${uri}" } } }
`,
    );
    expect(restApi?.authorizers).toMatchObject([{ name: "door", functionKey: arn }]);
    expect(restApi?.methods.slice(1)).toMatchObject([
      { integration: { functionKey: arn } },
      { integration: { target: { service: "lambda", functionKey: arn } } },
    ]);
  });

  it("may name a user pool", async () => {
    const { restApi } = await read(
      `      - http: { path: a, method: get, authorizer: { name: people, type: COGNITO_USER_POOLS, arn: "${pool}" } }`,
      "",
    );
    expect(restApi?.cognitoAuthorizers).toMatchObject([{ userPoolIds: ["${stageVariables.pool}"] }]);
  });

  it("may name the functions of an HTTP API's routes and authorizers", async () => {
    const { httpApi } = await read(
      "      - httpApi: GET /a",
      `    Call: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref HttpApi, IntegrationType: AWS_PROXY, IntegrationUri: "${arn}", PayloadFormatVersion: "2.0" } }
    B: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref HttpApi, RouteKey: GET /b, Target: !Sub "integrations/\${Call}" } }
    Door: { Type: AWS::ApiGatewayV2::Authorizer, Properties: { ApiId: !Ref HttpApi, Name: door, AuthorizerType: REQUEST, AuthorizerUri: "${uri}", AuthorizerPayloadFormatVersion: "2.0" } }
`,
    );
    expect(httpApi?.authorizers).toMatchObject([{ functionKey: arn }]);
    expect(httpApi?.routes[1]).toMatchObject({ routeKey: "GET /b", integration: { functionKey: arn } });
  });

  it("may name the functions of a WebSocket API's routes and authorizers", async () => {
    const { websocketApi } = await read(
      "      - websocket: $connect",
      `    Call: { Type: AWS::ApiGatewayV2::Integration, Properties: { ApiId: !Ref WebsocketsApi, IntegrationType: AWS_PROXY, IntegrationUri: "${uri}" } }
    Say: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref WebsocketsApi, RouteKey: say, Target: !Sub "integrations/\${Call}" } }
    Door: { Type: AWS::ApiGatewayV2::Authorizer, Properties: { ApiId: !Ref WebsocketsApi, Name: door, AuthorizerType: REQUEST, AuthorizerUri: "${uri}" } }
`,
    );
    expect(websocketApi?.authorizers).toMatchObject([{ functionKey: arn }]);
    expect(websocketApi?.routes[1]).toMatchObject({ routeKey: "say", integration: { functionKey: arn } });
  });

  it("is refused where nothing fills it in: schedules", async () => {
    const text = `${withEvents("      - websocket: $connect")}resources:
  Resources:
    Often: { Type: AWS::Events::Rule, Properties: { ScheduleExpression: rate(5 minutes), Targets: [{ Id: a, Arn: "${arn}" }] } }
`;
    expect(await failureOf(text)).toMatchObject({
      code: "NOT_SUPPORTED",
      facts: { what: "a function that a stage variable names" },
    });
  });
});
