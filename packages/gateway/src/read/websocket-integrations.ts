// What the routes of a WebSocket API call, as CloudFormation resources declare it.
import type {
  WebsocketIntegration,
  WebsocketIntegrationResponse,
  WebsocketMappedIntegration,
} from "../model/websocket-api.ts";
import { readAwsTarget, readFunctionKey } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import { ofApi, type V2Context } from "./http-resources.ts";
import { behaviors, contentHandlings } from "./integration-words.ts";

/**
 * Declared integrations by the id that `Ref` gives.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html
 * @throws `NOT_SUPPORTED`, `INTEGRATION_UNKNOWN`, `DEFINITION_INVALID`
 */
export function readWebsocketIntegrations(context: V2Context): ReadonlyMap<string, WebsocketIntegration> {
  const { names } = context.definition;
  const responses = Map.groupBy(
    ofApi(context, "AWS::ApiGatewayV2::IntegrationResponse").map(({ properties: at }) => ({
      of: at.at("IntegrationId").text(),
      response: readResponse(at),
    })),
    ({ of }) => of,
  );
  return new Map(
    ofApi(context, "AWS::ApiGatewayV2::Integration").map(({ logicalId, properties }) => {
      const id = names.id(7, "integration", logicalId);
      const own = (responses.get(id) ?? []).map(({ response }) => response);
      return [id, readIntegration(properties, context, own)];
    }),
  );
}

const types = ["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"] as const;

function readIntegration(
  at: Cursor,
  { table }: V2Context,
  responses: readonly WebsocketIntegrationResponse[],
): WebsocketIntegration {
  for (const key of ["CredentialsArn", "Description", "PayloadFormatVersion"]) at.at(key).skip();
  const connection = at.optional("ConnectionType");
  if (connection?.oneOf(["INTERNET", "VPC_LINK"]) === "VPC_LINK") connection.notSupported("a VPC link");
  at.optional("ConnectionId")?.notSupported("a VPC link");
  const type = at.at("IntegrationType").oneOf(types);
  const timeoutMs = at.optional("TimeoutInMillis")?.number({ min: 50, max: 29_000 }) ?? 29_000;
  if (type === "AWS_PROXY") {
    at.optional("ContentHandlingStrategy")?.tell(
      "Proxy integrations pass bodies as they are on this machine.",
    );
    for (const key of ignoredByProxies) at.at(key).skip();
    return { type, functionKey: readFunctionKey(at.at("IntegrationUri"), table), timeoutMs };
  }
  const handling = at.optional("ContentHandlingStrategy")?.oneOf(contentHandlings);
  const selection = at.optional("TemplateSelectionExpression")?.text();
  readResponseSelection(at, type);
  return {
    type,
    timeoutMs,
    ...readAddress(at, type, table),
    requestParameters: at.optional("RequestParameters")?.record() ?? {},
    requestTemplates: at.optional("RequestTemplates")?.record() ?? {},
    ...(selection !== undefined && { templateSelection: selection }),
    passthroughBehavior: at.optional("PassthroughBehavior")?.oneOf(behaviors) ?? "WHEN_NO_MATCH",
    ...(handling && { contentHandling: handling }),
    responses,
  };
}

const ignoredByProxies = [
  "ContentHandlingStrategy",
  "IntegrationMethod",
  "IntegrationResponseSelectionExpression",
  "PassthroughBehavior",
  "RequestParameters",
  "RequestTemplates",
  "TemplateSelectionExpression",
];

function readAddress(
  at: Cursor,
  type: WebsocketMappedIntegration["type"],
  table: V2Context["table"],
): Pick<WebsocketMappedIntegration, "httpMethod" | "uri" | "target"> {
  if (type === "MOCK") {
    for (const key of ["IntegrationMethod", "IntegrationUri"]) at.at(key).skip();
    return {};
  }
  const httpMethod = at.at("IntegrationMethod").text({ expected: "the verb of the call" }).toUpperCase();
  const place = at.at("IntegrationUri");
  if (type === "AWS") return { httpMethod, uri: place.text(), target: readAwsTarget(place, table) };
  const form = /^(?:https?:\/\/|\$\{stageVariables\.)\S+$/;
  return { httpMethod, uri: place.matching(form, "an address that begins with http:// or https://") };
}

/** AWS fixes what answers are told apart by; another expression would do nothing there. */
function readResponseSelection(at: Cursor, type: WebsocketMappedIntegration["type"]): void {
  const place = at.optional("IntegrationResponseSelectionExpression");
  if (place === undefined) return;
  const known = /^\$\{?(?:integration\.)?response\.(?:statuscode|body\.errorMessage)\}?$/;
  if (type === "HTTP_PROXY") place.skip();
  else place.matching(known, "$integration.response.statuscode or $integration.response.body.errorMessage");
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integrationresponse.html */
function readResponse(at: Cursor): WebsocketIntegrationResponse {
  const handling = at.optional("ContentHandlingStrategy")?.oneOf(contentHandlings);
  const selection = at.optional("TemplateSelectionExpression")?.text();
  return {
    key: at.at("IntegrationResponseKey").text({ expected: "$default or a pattern such as /2\\d\\d/" }),
    responseParameters: at.optional("ResponseParameters")?.record() ?? {},
    responseTemplates: at.optional("ResponseTemplates")?.record() ?? {},
    ...(selection !== undefined && { templateSelection: selection }),
    ...(handling && { contentHandling: handling }),
  };
}
