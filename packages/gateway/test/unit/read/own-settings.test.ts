// What a definition says of domains, web ACLs, identities and values for this machine.
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

const event = "      - http: GET /rooms\n      - httpApi: GET /rooms\n      - websocket: $connect";
const withOwn = (own: string, resources = ""): string =>
  `${withEvents(event)}${own === "" ? "" : `custom:\n${own}\n`}${resources === "" ? "" : `resources:\n  Resources:\n${resources}\n`}`;

async function read(text: string): Promise<Service> {
  const service = await readText(text);
  expect(service.notices).toEqual([]);
  return service;
}

describe("domains", () => {
  it("are those of the domain manager, of resources and of custom.gatewright, each once", async () => {
    const { domains } = await read(
      withOwn(
        `  customDomains:
    - rest: { domainName: api.example.com, basePath: v1, createRoute53Record: true, certificateName: a, tlsTruststoreUri: s3://trust/ca.pem }
    - http: { domainName: api.example.com, basePath: (none) }
    - websocket: { domainName: live.example.com, enabled: false }
  gatewright:
    domains:
      - domainName: API.example.com
        certificate: { certificateFile: /certs/cert.pem, keyFile: /certs/key.pem }
        mappings: [{ api: rest, path: /v2/, stage: beta }, { api: http, path: v1 }]
      - { domainName: local.example.com, mutualTls: { truststoreUri: /certs/ca.pem }, mappings: [{ api: http }] }`,
        `    Domain: { Type: AWS::ApiGateway::DomainName, Properties: { DomainName: old.example.com, RegionalCertificateArn: "arn:a", EndpointConfiguration: { Types: [REGIONAL] }, MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem" } } }
    Mapping: { Type: AWS::ApiGateway::BasePathMapping, Properties: { DomainName: !Ref Domain, RestApiId: !Ref ApiGatewayRestApi, BasePath: rooms } }
    Second: { Type: AWS::ApiGatewayV2::DomainName, Properties: { DomainName: new.example.com, DomainNameConfigurations: [{ CertificateArn: "arn:a" }] } }
    Live: { Type: AWS::ApiGatewayV2::ApiMapping, Properties: { DomainName: !Ref Second, ApiId: !Ref WebsocketsApi, Stage: dev, ApiMappingKey: a/b } }
    Plain: { Type: AWS::ApiGatewayV2::ApiMapping, Properties: { DomainName: !Ref Second, ApiId: !Ref HttpApi, Stage: $default } }`,
      ),
    );
    expect(domains).toEqual([
      {
        domainName: "old.example.com",
        mutualTls: { truststoreUri: "s3://trust/ca.pem" },
        mappings: [{ path: "rooms", api: "rest", stage: "dev" }],
      },
      {
        domainName: "new.example.com",
        mappings: [
          { path: "a/b", api: "websocket", stage: "dev" },
          { path: "", api: "http", stage: "$default" },
        ],
      },
      {
        domainName: "api.example.com",
        mutualTls: { truststoreUri: "s3://trust/ca.pem" },
        certificate: { certificateFile: resolve("/certs/cert.pem"), keyFile: resolve("/certs/key.pem") },
        mappings: [
          { path: "v1", api: "rest", stage: "dev" },
          { path: "", api: "http", stage: "$default" },
          { path: "v2", api: "rest", stage: "beta" },
        ],
      },
      {
        domainName: "local.example.com",
        mutualTls: { truststoreUri: resolve("/certs/ca.pem") },
        mappings: [{ path: "", api: "http", stage: "$default" }],
      },
    ]);
  });

  it.each([
    ["  customDomain: { domainName: 'a b' }", "custom.customDomain.domainName"],
    ["  customDomain: { domainName: a.example, apiType: grpc }", "custom.customDomain.apiType"],
    ["  customDomain: { domainName: a.example, basePath: 'a b' }", "custom.customDomain.basePath"],
    [
      "  gatewright: { domains: [{ domainName: a.example, mappings: [{ api: soap }] }] }",
      "custom.gatewright.domains[0].mappings[0].api",
    ],
    [
      "  gatewright: { domains: [{ domainName: a.example, certificate: { keyFile: a } }] }",
      "custom.gatewright.domains[0].certificate.certificateFile",
    ],
  ])("are refused where they are none: %s", async (own, path) => {
    expect(await failureOf(withOwn(own))).toMatchObject({ code: "DEFINITION_INVALID", facts: { path } });
  });
});

const association = (
  arn = "arn:aws:apigateway:${AWS::Region}::/restapis/${ApiGatewayRestApi}/stages/dev",
): string =>
  `    Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: !GetAtt Acl.Arn, ResourceArn: !Sub "${arn}" } }`;
const acl = (rules: string): string => `    Acl:
      Type: AWS::WAFv2::WebACL
      Properties:
        Name: guard
        Scope: REGIONAL
        DefaultAction: { Allow: {} }
        VisibilityConfig: { SampledRequestsEnabled: true }
        CustomResponseBodies: { gone: { ContentType: TEXT_PLAIN, Content: gone } }
        Rules:
${rules}`;
const rule = (statement: string, more = "Action: { Block: {} }"): string =>
  `          - { Name: r, Priority: 1, ${more}, VisibilityConfig: {}, Statement: { ${statement} } }`;
const plain = "TextTransformations: [{ Priority: 0, Type: NONE }]";

describe("web ACLs", () => {
  it("have rules with every statement that runs here", async () => {
    const rules = [
      rule(
        "IPSetReferenceStatement: { Arn: !GetAtt Office.Arn }",
        "Action: { Block: { CustomResponse: { ResponseCode: 418, CustomResponseBodyKey: gone, ResponseHeaders: [{ Name: x, Value: y }] } } }",
      ),
      rule(
        "RateBasedStatement: { Limit: 100, AggregateKeyType: IP, EvaluationWindowSec: 60, ScopeDownStatement: { NotStatement: { Statement: { IPSetReferenceStatement: { Arn: !GetAtt Office.Arn } } } } }",
        "Action: { Count: {} }",
      ),
      rule(
        `SizeConstraintStatement: { FieldToMatch: { Body: {} }, ComparisonOperator: GT, Size: 8192, ${plain} }`,
      ),
      rule(
        "ByteMatchStatement: { FieldToMatch: { SingleHeader: { Name: User-Agent } }, PositionalConstraint: CONTAINS, SearchString: bot, TextTransformations: [{ Priority: 0, Type: LOWERCASE }] }",
      ),
      rule(`RegexMatchStatement: { FieldToMatch: { UriPath: {} }, RegexString: "^/admin", ${plain} }`),
      rule(
        `AndStatement: { Statements: [{ RegexMatchStatement: { FieldToMatch: { SingleQueryArgument: { Name: a } }, RegexString: b, ${plain} } }, { OrStatement: { Statements: [{ RegexMatchStatement: { FieldToMatch: { QueryString: {} }, RegexString: c, ${plain} } }, { RegexMatchStatement: { FieldToMatch: { Method: {} }, RegexString: d, ${plain} } }] } }] }`,
        "Action: { Allow: {} }",
      ),
      rule(
        "ManagedRuleGroupStatement: { VendorName: AWS, Name: AWSManagedRulesCommonRuleSet, RuleActionOverrides: [{ Name: SizeRestrictions_BODY, ActionToUse: { Count: {} } }] }",
        "OverrideAction: { None: {} }",
      ),
    ].join("\n");
    const { webAcls } = await read(
      withOwn(
        "",
        `    Office: { Type: AWS::WAFv2::IPSet, Properties: { Name: office, Scope: REGIONAL, IPAddressVersion: IPV4, Addresses: [10.0.0.0/8] } }\n${acl(rules)}\n${association()}`,
      ),
    );
    const office = { kind: "ip-set", addresses: ["10.0.0.0/8"] };
    expect(webAcls).toEqual([
      {
        name: "guard",
        stages: ["dev"],
        defaultAction: { kind: "allow" },
        rules: [
          [
            {
              kind: "block",
              response: { status: 418, headers: { x: "y" }, body: "gone", contentType: "text/plain" },
            },
            office,
          ],
          [
            { kind: "count" },
            { kind: "rate", limit: 100, windowSeconds: 60, scopeDown: { kind: "not", statement: office } },
          ],
          [{ kind: "block" }, { kind: "size", field: { of: "body" }, comparison: "GT", size: 8192 }],
          [
            { kind: "block" },
            {
              kind: "bytes",
              field: { of: "header", name: "user-agent" },
              position: "CONTAINS",
              search: "bot",
              lowercase: true,
            },
          ],
          [{ kind: "block" }, { kind: "regex", field: { of: "path" }, pattern: "^/admin" }],
          [
            { kind: "allow" },
            {
              kind: "and",
              statements: [
                { kind: "regex", field: { of: "argument", name: "a" }, pattern: "b" },
                {
                  kind: "or",
                  statements: [
                    { kind: "regex", field: { of: "query" }, pattern: "c" },
                    { kind: "regex", field: { of: "method" }, pattern: "d" },
                  ],
                },
              ],
            },
          ],
          [
            { kind: "block" },
            { kind: "managed", name: "AWSManagedRulesCommonRuleSet", counted: ["SizeRestrictions_BODY"] },
          ],
        ].map(([action, statement]) => ({ name: "r", priority: 1, action, statement })),
      },
    ]);
  });

  it("stand before the definition's stage where custom.gatewright has them", async () => {
    const { webAcls } = await read(
      withOwn(
        "  gatewright: { stages: { beta: {} }, webAcls: [{ stages: [beta], DefaultAction: { Block: {} } }, { DefaultAction: { Allow: {} } }] }",
      ),
    );
    expect(webAcls).toEqual([
      { name: "web-acl-1", stages: ["beta"], defaultAction: { kind: "block" }, rules: [] },
      { name: "web-acl-2", stages: ["dev"], defaultAction: { kind: "allow" }, rules: [] },
    ]);
  });

  it.each([
    [
      "{ stages: [bata], DefaultAction: { Block: {} } }",
      "webAcls[0].stages[0]",
      "a stage of the REST API (dev, beta)",
      'Did you mean "beta"?',
    ],
    [
      "{ stages: [dev], DefaultAction: { Block: {} } }, { DefaultAction: { Allow: {} } }",
      "webAcls[1]",
      "a stage without a web ACL",
      "The one of custom.gatewright.webAcls[0].stages[0] stands before dev already, and a stage has one at most.",
    ],
  ])("are refused where one would disappear: %s", async (acls, path, expected, hint) => {
    const text = withOwn(`  gatewright: { stages: { beta: {} }, webAcls: [${acls}] }`);
    expect(await failureOf(text)).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: `custom.gatewright.${path}`, expected, hint },
    });
  });

  it("are refused where two resources stand before one stage", async () => {
    const text = withOwn(
      "  gatewright: { webAcls: [{ DefaultAction: { Block: {} } }] }",
      `${acl("")}\n${association()}`,
    );
    expect(await failureOf(text)).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: "custom.gatewright.webAcls[0]", expected: "a stage without a web ACL" },
    });
  });

  it("protect nothing without an association", async () => {
    expect(
      await read(
        withOwn(
          "",
          acl(rule(`RegexMatchStatement: { FieldToMatch: { UriPath: {} }, RegexString: a, ${plain} }`)),
        ),
      ),
    ).not.toHaveProperty("webAcls");
  });

  it.each([
    ["GeoMatchStatement: { CountryCodes: [DE] }", "a web ACL's GeoMatchStatement"],
    [
      "ManagedRuleGroupStatement: { VendorName: AWS, Name: AWSManagedRulesSQLiRuleSet }",
      "the managed rules AWSManagedRulesSQLiRuleSet",
    ],
    ["RateBasedStatement: { Limit: 10, AggregateKeyType: CONSTANT }", "a rate by CONSTANT"],
    [
      `RegexMatchStatement: { FieldToMatch: { Cookies: {} }, RegexString: a, ${plain} }`,
      "a web ACL that looks at Cookies",
    ],
    [
      "RegexMatchStatement: { FieldToMatch: { UriPath: {} }, RegexString: a, TextTransformations: [{ Priority: 0, Type: URL_DECODE }] }",
      "the text transformation URL_DECODE",
    ],
  ])("are refused by name with %s", async (statement, what) => {
    expect(await failureOf(withOwn("", `${acl(rule(statement))}\n${association()}`))).toMatchObject({
      code: "NOT_SUPPORTED",
      facts: { what },
    });
  });

  it("are refused by name before anything but a stage of the REST API", async () => {
    const arn = "arn:aws:apigateway:us-east-1::/restapis/other/stages/dev";
    expect(
      await failureOf(withOwn("", `${acl(rule("NotStatement: {}"))}\n${association(arn)}`)),
    ).toMatchObject({
      code: "NOT_SUPPORTED",
      facts: { what: "a web ACL before anything but a stage of the REST API" },
    });
  });
});

describe("identities", () => {
  it("are users or sessions with keys and policies", async () => {
    const { identities } = await read(
      withOwn(`  gatewright:
    identities:
      - { name: ada, policy: { Version: "2012-10-17", Statement: [] } }
      - name: app
        arn: arn:aws:iam::000000000000:role/app
        accessKeyId: AKIAIOSFODNN7EXAMPLE
        secretAccessKey: wJalrXUtnFEMI
        sessionToken: token
        policies: [{ Statement: [] }]
        tags: { team: rooms }
        organizationId: o-1
        organizationPaths: [o-1/r]
        multiFactorAgeSeconds: 60
        issuedAt: "2026-11-21T12:00:00Z"
        expiresAt: "2026-11-21T13:00:00Z"`),
    );
    expect(identities).toEqual([
      {
        name: "ada",
        arn: "arn:aws:iam::000000000000:user/ada",
        policies: [{ Version: "2012-10-17", Statement: [] }],
      },
      {
        name: "app",
        arn: "arn:aws:iam::000000000000:role/app",
        accessKeyId: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI",
        sessionToken: "token",
        policies: [{ Statement: [] }],
        tags: { team: "rooms" },
        organizationId: "o-1",
        organizationPaths: ["o-1/r"],
        multiFactorAgeSeconds: 60,
        issuedAt: "2026-11-21T12:00:00Z",
        expiresAt: "2026-11-21T13:00:00Z",
      },
    ]);
  });

  it.each([
    ["{ name: 'a b' }", "[0].name"],
    ["{ name: a, accessKeyId: AKIAIOSFODNN7EXAMPLE }", "[0]"],
    ["{ name: a }, { name: a }", "[1].name"],
    ["{ name: a, expiresAt: soon }", "[0].expiresAt"],
    ["{ name: a, arn: b }", "[0].arn"],
  ])("are refused where they are none, and no secret is shown: %s", async (own, path) => {
    expect(await failureOf(withOwn(`  gatewright: { identities: [${own}] }`))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: `custom.gatewright.identities${path}` },
    });
  });
});

describe("values that AWS would be asked for", () => {
  const event_ = (value: string, own = ""): string =>
    `${withEvents("      - http: GET /a", `  environment: { VALUE: "${value}" }\n`)}${own}`;

  it.each([
    ["${ssm:/path/to.it}", "ssm:/path/to.it"],
    ["${cf:other.Output}", "cf:other.Output"],
    ["${cf(eu-west-1):other.Output}", "cf:other.Output"],
    ["${s3:bucket/key}", "s3:bucket/key"],
    ["${git:branch}", "git:branch"],
    ["${construct:jobs.queueUrl}", "construct:jobs.queueUrl"],
  ])("are given by custom.gatewright.values: %s", async (variable, name) => {
    const { functions } = await read(
      event_(variable, `custom: { gatewright: { values: { "${name}": given } } }\n`),
    );
    expect(functions[0]?.environment).toEqual({ VALUE: "given" });
  });

  it("are refused by name otherwise", async () => {
    expect((await failureOf(event_("${ssm:/path}"))).message).toContain(
      'custom.gatewright.values can hold "ssm:/path"',
    );
  });
});

describe("limits of single methods", () => {
  it("are laid over usage plans", async () => {
    const provider = "  apiGateway: { apiKeys: [a], usagePlan: { quota: { limit: 1, period: DAY } } }\n";
    const own =
      "custom: { gatewright: { usagePlans: { default: { throttle: { /rooms/GET: { rateLimit: 1, burstLimit: 2 } } } } } }\n";
    const { usagePlans } = await read(`${withEvents("      - http: GET /rooms", provider)}${own}`);
    expect(usagePlans[0]?.stages[0]?.throttle).toEqual({ "/rooms/GET": { rateLimit: 1, burstLimit: 2 } });
  });
});

describe("what is laid over the framework's other APIs", () => {
  it("is taken from resources and extensions", async () => {
    const { httpApi, websocketApi, functions } = await read(`${withEvents(event)}resources:
  Resources:
    HttpApi: { Properties: { Name: web, DisableExecuteApiEndpoint: true } }
    HttpApiStage: { Type: AWS::ApiGatewayV2::Stage, Properties: { DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } } }
    Extra: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref HttpApi, RouteKey: GET /extra, Target: !Sub "integrations/\${HttpApiIntegrationMain}" } }
    HttpApiIntegrationMain: { Properties: { TimeoutInMillis: 100, RequestParameters: { "append:header.a": b } } }
    MainLambdaFunction: { Properties: { MemorySize: 128, Timeout: 1, ReservedConcurrentExecutions: 2, Environment: { Variables: { A: b } } } }
    MainLogGroup: { Properties: { RetentionInDays: 1 } }
    WebsocketsDeploymentStage: { Properties: { StageVariables: { a: b } } }
  extensions:
    HttpApiRouteGetRooms: { Properties: { AuthorizationType: AWS_IAM } }
    WebsocketsApi: { Properties: { RouteSelectionExpression: $request.body.kind } }
`);
    expect(httpApi).toMatchObject({
      name: "web",
      disableExecuteApiEndpoint: true,
      defaultThrottle: { rateLimit: 1, burstLimit: 2 },
      routes: [
        { routeKey: "GET /rooms", iam: true },
        { routeKey: "GET /extra", integration: { functionKey: "main" } },
      ],
    });
    expect(httpApi?.routes[0]?.integration).toMatchObject({
      timeoutMs: 100,
      requestParameters: { "append:header.a": "b" },
    });
    expect(functions.find(({ key }) => key === "main")).toMatchObject({
      memoryMb: 128,
      timeoutMs: 1000,
      reservedConcurrency: 2,
      environment: { A: "b" },
    });
    expect(websocketApi).toMatchObject({
      routeSelectionExpression: "$request.body.kind",
      stageVariables: { a: "b" },
    });
  });

  it.each([
    [
      "HttpApiIntegrationMain: { Properties: { IntegrationUri: a } }",
      "another IntegrationUri for an integration of the framework",
    ],
    [
      "MainLambdaFunction: { Properties: { Handler: a.b } }",
      "another Handler for a function of the framework",
    ],
    [
      "GuardApiGatewayAuthorizer: { Properties: { AuthorizerResultTtlInSeconds: 0 } }",
      "changing GuardApiGatewayAuthorizer by hand",
    ],
  ])("is refused by name where it would be lost: %s", async (patch, what) => {
    const events = `${event}\n      - http: { path: a, method: get, authorizer: guard }`;
    const text = `${withEvents(events)}resources: { extensions: { ${patch} } }\n`;
    expect(await failureOf(text)).toMatchObject({ code: "NOT_SUPPORTED", facts: { what } });
  });
});
