// Function URLs as the framework and CloudFormation write them.
import { expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const withUrl = (url: string, more = ""): string =>
  `${head}\nfunctions: { main: { handler: a.b, url: ${url} } }\n${more}`;
const resource = (properties: string): string =>
  `resources: { Resources: { Address: { Type: AWS::Lambda::Url, Properties: ${properties} } } }`;

it.each([
  ["true", { authType: "NONE", invokeMode: "BUFFERED" }],
  ["{}", { authType: "NONE" }],
  [
    "{ authorizer: aws_iam, invokeMode: RESPONSE_STREAM }",
    { authType: "AWS_IAM", invokeMode: "RESPONSE_STREAM" },
  ],
  ["{ cors: true }", { cors: { allowOrigins: ["*"], allowMethods: ["*"], allowCredentials: false } }],
  [
    "{ cors: { allowedOrigins: [https://a.example], allowedMethods: [get], maxAge: 5 } }",
    { cors: { allowOrigins: ["https://a.example"], allowMethods: ["GET"], maxAgeSeconds: 5 } },
  ],
])("url: %s", async (url, expected) => {
  const { functionUrls, notices } = await readText(withUrl(url));
  expect(functionUrls).toMatchObject([
    { functionKey: "main", id: expect.stringMatching(/^[a-z0-9]{32}$/) as string, ...expected },
  ]);
  expect(notices).toEqual([]);
});

it("is none where it says false", async () => {
  expect((await readText(withUrl("false"))).functionUrls).toBeUndefined();
});

it("is what a resource says, and its address can be referred to", async () => {
  const text = `${head}
functions:
  main: { handler: a.b, environment: { ADDRESS: !GetAtt Address.FunctionUrl } }
resources:
  Resources:
    Address:
      Type: AWS::Lambda::Url
      Properties:
        TargetFunctionArn: !GetAtt MainLambdaFunction.Arn
        AuthType: AWS_IAM
        InvokeMode: RESPONSE_STREAM
        Cors: { AllowOrigins: ["*"], AllowMethods: ["*"], MaxAge: 3 }
`;
  const { functionUrls, functions } = await readText(text);
  expect(functionUrls).toMatchObject([
    {
      functionKey: "main",
      authType: "AWS_IAM",
      invokeMode: "RESPONSE_STREAM",
      cors: { allowOrigins: ["*"], maxAgeSeconds: 3 },
    },
  ]);
  expect(functions[0]?.environment["ADDRESS"]).toBe(
    `https://${functionUrls?.[0]?.id}.lambda-url.us-east-1.on.aws/`,
  );
});

it.each([
  ["{ authorizer: cognito }", "", "DEFINITION_INVALID", "functions.main.url.authorizer"],
  ["{ invokeMode: fast }", "", "DEFINITION_INVALID", "functions.main.url.invokeMode"],
  ["yes please", "", "DEFINITION_INVALID", "functions.main.url"],
  [
    "{ cors: { allowCredentials: true } }",
    "",
    "DEFINITION_INVALID",
    "functions.main.url.cors.allowCredentials",
  ],
  [
    "true",
    resource("{ TargetFunctionArn: !GetAtt MainLambdaFunction.Arn, AuthType: NONE }"),
    "NOT_SUPPORTED",
    "resources.Resources.Address.Properties",
  ],
  [
    "false",
    resource("{ TargetFunctionArn: !GetAtt MainLambdaFunction.Arn }"),
    "DEFINITION_INVALID",
    "resources.Resources.Address.Properties.AuthType",
  ],
  [
    "false",
    resource("{ TargetFunctionArn: other, AuthType: NONE }"),
    "INTEGRATION_UNKNOWN",
    "resources.Resources.Address.Properties.TargetFunctionArn",
  ],
])("url: %s %s is refused", async (url, more, code, path) => {
  expect(await failureOf(withUrl(url, more))).toMatchObject({ code, facts: { path } });
});
