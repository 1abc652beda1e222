// A method of a REST API as CloudFormation has it: AWS::ApiGateway::Method, or a change to one of the framework's.
import type {
  AwsTarget,
  IntegrationResponse,
  MappedIntegration,
  MethodResponse,
} from "../model/integration.ts";
import type { RestIntegration, RestMethod } from "../model/rest-api.ts";
import { type AuthorizerBook, readGuard } from "./authorizers.ts";
import { readAwsTarget } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { FunctionTable } from "./functions.ts";
import { behaviors, contentHandlings, timeoutBounds } from "./integration-words.ts";

/** What a method refers to. */
export interface MethodContext {
  readonly table: FunctionTable;
  readonly book: AuthorizerBook;
  /** By the id that `Ref` gives. */
  readonly validators: ReadonlyMap<string, NonNullable<RestMethod["requestValidator"]>>;
}

const authorizationTypes = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"] as const;
const integrationTypes = ["AWS_PROXY", "AWS", "HTTP", "HTTP_PROXY", "MOCK"] as const;

/**
 * Reads the settings of a method over `base`: what they leave out stays.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-method.html
 * @throws `NOT_SUPPORTED`, `AUTHORIZER_UNKNOWN`, `DEFINITION_INVALID`
 */
export function readMethodResource(at: Cursor, base: RestMethod, context: MethodContext): RestMethod {
  for (const key of ["ResourceId", "RestApiId", "HttpMethod"]) at.at(key).skip(); // read by who knows the method
  const { authorizerId: _, iam: __, authorizationScopes: ___, ...open } = base;
  const operationName = at.optional("OperationName")?.text();
  const parameters = at.optional("RequestParameters");
  const models = at.optional("RequestModels");
  const responses = at.optional("MethodResponses")?.items().map(readMethodResponse) ?? [];
  const integration = at.optional("Integration");
  return {
    ...open,
    ...readGuard(at, base, { book: context.book, types: authorizationTypes }),
    ...(operationName !== undefined && { operationName }),
    apiKeyRequired: at.optional("ApiKeyRequired")?.flag() ?? base.apiKeyRequired,
    ...(parameters !== undefined &&
      parameters.entries().length > 0 && { requestParameters: readFlags(parameters) }),
    ...(models !== undefined && { requestModels: models.record() }),
    ...readValidator(at.optional("RequestValidatorId"), context),
    ...(responses.length > 0 && { methodResponses: responses }),
    ...(integration !== undefined && {
      integration: readIntegrationResource(integration, base.integration, context),
    }),
  };
}

function readFlags(at: Cursor): Readonly<Record<string, boolean>> {
  return Object.fromEntries(at.entries().map(([name, value]) => [name, value.flag()]));
}

function readValidator(
  at: Cursor | undefined,
  { validators }: MethodContext,
): Pick<RestMethod, "requestValidator"> {
  if (at === undefined) return {};
  const requestValidator = validators.get(at.text());
  return requestValidator === undefined
    ? at.refuse("a request validator of this definition, as in !Ref MyValidator")
    : { requestValidator };
}

function readMethodResponse(at: Cursor): MethodResponse {
  const parameters = at.optional("ResponseParameters");
  return {
    statusCode: at.at("StatusCode").text(),
    responseParameters: parameters === undefined ? {} : readFlags(parameters),
    responseModels: at.optional("ResponseModels")?.record() ?? {},
  };
}

/**
 * Reads an integration; one without a type only changes the one before.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-method-integration.html
 */
function readIntegrationResource(
  at: Cursor,
  before: RestIntegration,
  context: MethodContext,
): RestIntegration {
  const connection = at.optional("ConnectionType");
  if (connection?.oneOf(["INTERNET", "VPC_LINK"]) === "VPC_LINK") connection.notSupported("a VPC link");
  at.optional("ConnectionId")?.notSupported("a VPC link");
  at.at("Credentials").skip(); // roles have no effect on this machine, where every call is the developer's own
  const type = at.optional("Type")?.oneOf(integrationTypes);
  if (type === undefined) return changed(at, before);
  const transfer = type === "AWS_PROXY" || type === "HTTP_PROXY" ? readTransfer(at) : {};
  const timeoutMs = readTimeout(at, transfer) ?? 29_000;
  if (type === "AWS_PROXY") {
    at.at("IntegrationHttpMethod").skip();
    for (const key of [
      "PassthroughBehavior",
      "RequestTemplates",
      "IntegrationResponses",
      "ContentHandling",
      "RequestParameters",
    ]) {
      at.at(key).skip(); // a proxy ignores them
    }
    const target = readAwsTarget(at.at("Uri"), context.table);
    if (!isFunction(target)) return at.at("Uri").notSupported("a proxy to something other than a function");
    return { type, functionKey: target.functionKey, timeoutMs, ...transfer, ...readCacheKey(at) };
  }
  const httpMethod = at.optional("IntegrationHttpMethod")?.text().toUpperCase();
  if (type !== "MOCK" && httpMethod === undefined)
    at.at("IntegrationHttpMethod").refuse("the verb of the call");
  const uri = type === "MOCK" ? at.at("Uri").skip() && undefined : at.at("Uri").text();
  const handling = at.optional("ContentHandling")?.oneOf(contentHandlings);
  return {
    type,
    ...(httpMethod !== undefined && type !== "MOCK" && { httpMethod }),
    ...(uri !== undefined && { uri }),
    ...(type === "AWS" && { target: readAwsTarget(at.at("Uri"), context.table) }),
    requestParameters: at.optional("RequestParameters")?.record() ?? {},
    requestTemplates: at.optional("RequestTemplates")?.record() ?? {},
    passthroughBehavior: at.optional("PassthroughBehavior")?.oneOf(behaviors) ?? "WHEN_NO_MATCH",
    ...(handling && { contentHandling: handling }),
    timeoutMs,
    responses: at.optional("IntegrationResponses")?.items().map(readResponse) ?? [],
    ...transfer,
    ...readCacheKey(at),
    ...readTls(at),
  };
}

function changed(at: Cursor, before: RestIntegration): RestIntegration {
  if (before.type === "MOCK_CORS") return at.notSupported("changing a preflight answer by hand");
  const transfer = readTransfer(at);
  const timeoutMs = readTimeout(at, { ...before, ...transfer }) ?? before.timeoutMs;
  if (before.type === "AWS_PROXY") return { ...before, timeoutMs, ...transfer, ...readCacheKey(at) };
  const behavior = at.optional("PassthroughBehavior")?.oneOf(behaviors);
  const handling = at.optional("ContentHandling")?.oneOf(contentHandlings);
  const responses = at.optional("IntegrationResponses")?.items().map(readResponse);
  return {
    ...before,
    timeoutMs,
    requestParameters: { ...before.requestParameters, ...at.optional("RequestParameters")?.record() },
    requestTemplates: { ...before.requestTemplates, ...at.optional("RequestTemplates")?.record() },
    ...(behavior && { passthroughBehavior: behavior }),
    ...(handling && { contentHandling: handling }),
    ...(responses && { responses }),
    ...transfer,
    ...readCacheKey(at),
    ...readTls(at),
  };
}

function isFunction(target: AwsTarget): target is Extract<AwsTarget, { functionKey: string }> {
  return "functionKey" in target;
}

type Transfer = Pick<MappedIntegration, "responseTransferMode">;

function readTimeout(at: Cursor, { responseTransferMode }: Transfer): number | undefined {
  return at.optional("TimeoutInMillis")?.number(timeoutBounds(responseTransferMode));
}

function readTransfer(at: Cursor): Transfer {
  const mode = at.optional("ResponseTransferMode")?.oneOf(["BUFFERED", "STREAM"]);
  return mode === undefined ? {} : { responseTransferMode: mode };
}

function readCacheKey(at: Cursor): Pick<MappedIntegration, "cacheKeyParameters" | "cacheNamespace"> {
  const parameters = at.optional("CacheKeyParameters")?.texts();
  const namespace = at.optional("CacheNamespace")?.text();
  return {
    ...(parameters !== undefined && parameters.length > 0 && { cacheKeyParameters: parameters }),
    ...(namespace !== undefined && { cacheNamespace: namespace }),
  };
}

function readTls(at: Cursor): Pick<MappedIntegration, "insecureSkipVerification"> {
  const skip = at.optional("TlsConfig")?.optional("InsecureSkipVerification")?.flag();
  return skip === undefined ? {} : { insecureSkipVerification: skip };
}

function readResponse(at: Cursor): IntegrationResponse {
  const pattern = at.optional("SelectionPattern")?.textOrEmpty();
  const handling = at.optional("ContentHandling")?.oneOf(contentHandlings);
  return {
    statusCode: at.at("StatusCode").text(),
    ...(pattern !== undefined && pattern !== "" && { selectionPattern: pattern }),
    responseParameters: at.optional("ResponseParameters")?.record() ?? {},
    responseTemplates: at.optional("ResponseTemplates")?.record() ?? {},
    ...(handling && { contentHandling: handling }),
  };
}
