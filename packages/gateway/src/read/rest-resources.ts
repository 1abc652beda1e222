// The REST API as CloudFormation resources declare or change it: AWS::ApiGateway::RestApi and what belongs to it.
import type { GatewayResponse } from "../model/integration.ts";
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import type { AuthorizerBook } from "./authorizers.ts";
import { modelName } from "./api-references.ts";
import { readFunctionKey } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations, Declared } from "./declared.ts";
import type { Definition } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";
import { userPoolOfArn } from "./authorizers.ts";
import { readIdentitySources, readPattern } from "./rest-authorizer.ts";
import { parseSchema, type Models } from "./rest-validation.ts";

/** What is being read, and with what. */
export interface RestContext {
  readonly definition: Definition;
  readonly declared: Declarations;
  readonly table: FunctionTable;
  readonly book: AuthorizerBook;
  readonly models: Models;
}

/** What the settings of an AWS::ApiGateway::RestApi can say. */
export type ApiSettings = Pick<
  RestApi,
  | "name"
  | "binaryMediaTypes"
  | "apiKeySource"
  | "minimumCompressionSize"
  | "resourcePolicy"
  | "endpointType"
  | "vpcEndpointIds"
  | "disableExecuteApiEndpoint"
>;

/** The settings of a REST API that says nothing. */
export const plainApi: ApiSettings = { name: "", binaryMediaTypes: [], apiKeySource: "HEADER" };

/**
 * Reads the settings of an API over `base`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-restapi.html
 */
export function readApiSettings(at: Cursor, base: ApiSettings): ApiSettings {
  for (const key of ["Body", "BodyS3Location"])
    at.optional(key)?.notSupported("an API from an OpenAPI document");
  at.optional("CloneFrom")?.notSupported("a copy of another API");
  for (const key of [
    "Description",
    "Tags",
    "FailOnWarnings",
    "Mode",
    "Parameters",
    "SecurityPolicy",
    "EndpointAccessMode",
  ]) {
    at.at(key).skip();
  }
  const name = at.optional("Name")?.text();
  const types = at.optional("BinaryMediaTypes")?.texts();
  const source = at.optional("ApiKeySourceType")?.oneOf(["HEADER", "AUTHORIZER"]);
  const size = at.optional("MinimumCompressionSize")?.number({ min: 0, max: 10_485_760 });
  const disabled = at.optional("DisableExecuteApiEndpoint")?.flag();
  return {
    ...base,
    ...(name !== undefined && { name }),
    ...(types !== undefined && { binaryMediaTypes: types }),
    ...(source !== undefined && { apiKeySource: source }),
    ...(size !== undefined && { minimumCompressionSize: size }),
    ...(disabled !== undefined && { disableExecuteApiEndpoint: disabled }),
    ...readPolicy(at.optional("Policy")),
    ...readEndpoint(at.optional("EndpointConfiguration")),
  };
}

function readPolicy(at: Cursor | undefined): Pick<RestApi, "resourcePolicy"> {
  if (at === undefined) return {};
  if (at.isText) {
    const text = at.textOrEmpty();
    return text === "" ? {} : { resourcePolicy: parseSchema(at) };
  }
  return at.isMap ? { resourcePolicy: at.json() } : at.refuse("a policy document");
}

function readEndpoint(at: Cursor | undefined): Pick<RestApi, "endpointType" | "vpcEndpointIds"> {
  const [type, ...others] = at?.optional("Types")?.items() ?? [];
  at?.at("IpAddressType").skip();
  others[0]?.refuse("left out, as an API has one endpoint type");
  const endpoints = at?.optional("VpcEndpointIds")?.texts();
  return {
    ...(type !== undefined && { endpointType: type.oneOf(["EDGE", "REGIONAL", "PRIVATE"]) }),
    ...(endpoints !== undefined && { vpcEndpointIds: endpoints }),
  };
}

/** Puts declared authorizers into the book, so that methods find them. */
export function readDeclaredAuthorizers({ declared, table, book, definition }: RestContext): void {
  for (const { logicalId, properties: at } of declared.of("AWS::ApiGateway::Authorizer")) {
    assertOwn(at, definition);
    for (const key of ["AuthorizerCredentials", "AuthType"]) at.at(key).skip();
    const type = at.at("Type").oneOf(["TOKEN", "REQUEST", "COGNITO_USER_POOLS"]);
    const name = at.optional("Name")?.text() ?? logicalId;
    const ttlSeconds = at.optional("AuthorizerResultTtlInSeconds")?.number({ min: 0, max: 3600 }) ?? 300;
    const validation = at.optional("IdentityValidationExpression");
    const source = at.at("IdentitySource");
    const isFree = !source.isGiven && type === "REQUEST" && ttlSeconds === 0;
    const shared = {
      name,
      identitySources: isFree ? [] : readIdentitySources(source, type === "REQUEST" ? "REQUEST" : "TOKEN"),
      ttlSeconds,
      ...(validation !== undefined && type !== "REQUEST" && { identityValidation: readPattern(validation) }),
    };
    if (type === "COGNITO_USER_POOLS") {
      const userPoolIds = at.at("ProviderARNs").items().map(userPoolOfArn);
      book.add({ ...shared, type, userPoolIds }, at);
    } else {
      book.add({ ...shared, type, functionKey: readFunctionKey(at.at("AuthorizerUri"), table) }, at);
    }
  }
}

/** Adds declared models to those of the framework. */
export function readDeclaredModels({ declared, models, definition }: RestContext): void {
  for (const { logicalId, properties: at } of declared.of("AWS::ApiGateway::Model")) {
    assertOwn(at, definition);
    for (const key of ["ContentType", "Description"]) at.at(key).skip();
    const schema = at.optional("Schema");
    const name = modelName(logicalId, at.optional("Name")?.text());
    models.byName.set(name, schema === undefined ? {} : schema.isText ? parseSchema(schema) : schema.json());
  }
}

/** Declared validators by the id that `Ref` gives. */
export function readValidators({
  declared,
  definition,
}: RestContext): ReadonlyMap<string, NonNullable<RestMethod["requestValidator"]>> {
  return new Map(
    declared.of("AWS::ApiGateway::RequestValidator").map(({ logicalId, properties: at }) => {
      assertOwn(at, definition);
      at.at("Name").skip();
      const body = at.optional("ValidateRequestBody")?.flag() ?? false;
      const parameters = at.optional("ValidateRequestParameters")?.flag() ?? false;
      return [definition.names.id(6, "validator", logicalId), { body, parameters }];
    }),
  );
}

/**
 * Reads declared gateway responses.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html
 */
export function readGatewayResponses({ declared, definition }: RestContext): readonly GatewayResponse[] {
  return declared.of("AWS::ApiGateway::GatewayResponse").map(({ properties: at }) => {
    assertOwn(at, definition);
    const statusCode = at.optional("StatusCode")?.matching(/^[1-5]\d\d$/, "a status code, as in 401");
    const response: GatewayResponse = {
      type: at.at("ResponseType").oneOf(responseTypes),
      responseParameters: at.optional("ResponseParameters")?.record() ?? {},
      responseTemplates: at.optional("ResponseTemplates")?.record() ?? {},
    };
    return statusCode === undefined ? response : Object.assign(response, { statusCode });
  });
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const responseTypes = [
  "ACCESS_DENIED",
  "API_CONFIGURATION_ERROR",
  "AUTHORIZER_CONFIGURATION_ERROR",
  "AUTHORIZER_FAILURE",
  "BAD_REQUEST_BODY",
  "BAD_REQUEST_PARAMETERS",
  "DEFAULT_4XX",
  "DEFAULT_5XX",
  "EXPIRED_TOKEN",
  "INTEGRATION_FAILURE",
  "INTEGRATION_TIMEOUT",
  "INVALID_API_KEY",
  "INVALID_SIGNATURE",
  "MISSING_AUTHENTICATION_TOKEN",
  "QUOTA_EXCEEDED",
  "REQUEST_TOO_LARGE",
  "RESOURCE_NOT_FOUND",
  "THROTTLED",
  "UNAUTHORIZED",
  "UNSUPPORTED_MEDIA_TYPE",
  "WAF_FILTERED",
] as const;

/** The API that a definition may declare beside or instead of the framework's. */
export function declaredApi(
  { declared, definition }: Pick<RestContext, "declared" | "definition">,
  framework: boolean,
): Declared | undefined {
  const [first, second] = declared.of("AWS::ApiGateway::RestApi");
  const extra = framework && !isShared(definition) ? first : second;
  extra?.at.notSupported("a second REST API of one definition");
  return first;
}

/** Whether `provider.apiGateway.restApiId` names the API that `resources` declare. */
export function isShared({ root, names }: Definition): boolean {
  const provider = root.at("provider");
  const id = provider.isMap ? provider.optional("apiGateway")?.optional("restApiId") : undefined;
  return id !== undefined && id.isText && id.text() === names.id(10, "restApi");
}

/** @throws `NOT_SUPPORTED` where a part belongs to an API of another stack */
export function assertOwn(at: Cursor, { names }: Definition): void {
  const api = at.at("RestApiId");
  if (api.text() !== names.id(10, "restApi")) api.notSupported("a part of a REST API of another stack");
}
