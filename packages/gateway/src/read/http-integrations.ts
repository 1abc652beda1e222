// What the routes of an HTTP API call, as CloudFormation resources declare or change it.
import type { HttpIntegration, HttpResponseParameters } from "../model/http-integration.ts";
import { readFunctionKey } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { FunctionTable } from "./functions.ts";
import { ofApi, type V2Context } from "./http-resources.ts";

/** Declared integrations of the HTTP API by the id that `Ref` gives. */
export function readHttpIntegrations(context: V2Context): ReadonlyMap<string, HttpIntegration> {
  return new Map(
    ofApi(context, "AWS::ApiGatewayV2::Integration").map(({ logicalId, properties }) => [
      context.definition.names.id(7, "integration", logicalId),
      readIntegration(properties, context.table),
    ]),
  );
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html */
function readIntegration(at: Cursor, table: FunctionTable): HttpIntegration {
  for (const key of ["Description", "CredentialsArn", "PassthroughBehavior"]) at.at(key).skip();
  const connection = at.optional("ConnectionType");
  if (connection?.oneOf(["INTERNET", "VPC_LINK"]) === "VPC_LINK") connection.notSupported("a VPC link");
  const type = at.at("IntegrationType").oneOf(["AWS_PROXY", "HTTP_PROXY"]);
  const timeoutMs = at.optional("TimeoutInMillis")?.number({ min: 50, max: 30_000 }) ?? 30_000;
  const requestParameters = at.optional("RequestParameters")?.record();
  const responseParameters = readResponses(at.optional("ResponseParameters"));
  const responses = responseParameters !== undefined && { responseParameters };
  const subtype = at.optional("IntegrationSubtype")?.text();
  if (subtype !== undefined) {
    at.at("PayloadFormatVersion").skip();
    return {
      type: "AWS_SERVICE",
      subtype,
      timeoutMs,
      requestParameters: requestParameters ?? {},
      ...responses,
    };
  }
  const parameters = { ...(requestParameters !== undefined && { requestParameters }), ...responses };
  if (type === "AWS_PROXY") {
    at.at("IntegrationMethod").skip();
    const functionKey = readFunctionKey(at.at("IntegrationUri"), table);
    const payloadVersion = at.at("PayloadFormatVersion").oneOf(["1.0", "2.0"]);
    return { type, functionKey, payloadVersion, timeoutMs, ...parameters };
  }
  at.at("PayloadFormatVersion").skip();
  const server = at.optional("TlsConfig")?.optional("ServerNameToVerify")?.text();
  const uri = at
    .at("IntegrationUri")
    .matching(
      /^(?:https?:\/\/|\$\{?stageVariables\.)\S+$/,
      "an address that begins with http:// or https://",
    );
  const method = at.at("IntegrationMethod").text().toUpperCase();
  return {
    type,
    uri,
    method,
    timeoutMs,
    ...parameters,
    ...(server !== undefined && { serverNameToVerify: server }),
  };
}

function readResponses(at: Cursor | undefined): HttpResponseParameters | undefined {
  if (at === undefined) return undefined;
  return Object.fromEntries(
    at.entries().map(([status, parameters]) => {
      const list = parameters.isMap ? parameters.at("ResponseParameters") : parameters;
      const pairs = list
        .items()
        .map((item) => [item.at("Destination").text(), item.at("Source").textOrEmpty()]);
      return [status, Object.fromEntries(pairs) as Record<string, string>]; // pairs of text
    }),
  );
}

/** Lays settings over an integration of the framework. */
export function patchIntegration(at: Cursor, base: HttpIntegration): HttpIntegration {
  for (const key of ["ApiId", "Description", "CredentialsArn"]) at.at(key).skip();
  for (const key of [
    "IntegrationType",
    "IntegrationUri",
    "IntegrationMethod",
    "IntegrationSubtype",
    "ConnectionType",
  ]) {
    at.optional(key)?.notSupported(`another ${key} for an integration of the framework`);
  }
  const timeoutMs = at.optional("TimeoutInMillis")?.number({ min: 50, max: 30_000 }) ?? base.timeoutMs;
  const payload = at.optional("PayloadFormatVersion")?.oneOf(["1.0", "2.0"]);
  const requestParameters = at.optional("RequestParameters")?.record();
  const responseParameters = readResponses(at.optional("ResponseParameters"));
  return {
    ...base,
    timeoutMs,
    ...(requestParameters !== undefined && { requestParameters }),
    ...(responseParameters !== undefined && { responseParameters }),
    ...(payload !== undefined && base.type === "AWS_PROXY" && { payloadVersion: payload }),
  };
}
