// What references to the parts of APIs and to functions give, where CloudFormation resources declare them.
import { authorizerId } from "./authorizers.ts";
import { restApi, v2Api } from "./framework-parts.ts";
import { functionUrlId, type Names } from "./names.ts";
import type { Attributes, Describe } from "./attributes.ts";

type Ids = (names: Names, logicalId: string) => string;

/** What has nothing but an id of its own. */
function withId(ids: Ids, attribute?: string): Describe {
  return ({ logicalId }, names) => {
    const id = ids(names, logicalId);
    return { Ref: id, ...(attribute !== undefined && { [attribute]: id }) };
  };
}

const isFrameworkDeployment = /^ApiGatewayDeployment/;

/** The id of a deployment; the framework's is the one that its stage has. */
export function deploymentId(names: Names, logicalId: string): string {
  return isFrameworkDeployment.test(logicalId)
    ? names.id(6, "deployment")
    : names.id(6, "deployment", logicalId);
}

/** The name of a model: its own, or the logical id. */
export function modelName(logicalId: string, name: string | undefined): string {
  return name ?? logicalId;
}

/** The name of a function as it is deployed. */
export function functionName(logicalId: string, names: Names, name: string | undefined): string {
  return name ?? names.generated(logicalId).slice(0, 64);
}

const domain: Describe = ({ logicalId }, names, text): Attributes => {
  const name = text("DomainName") ?? `${logicalId.toLowerCase()}.example`;
  const target = `d-${names.id(10, "domain", name)}.execute-api.${names.region}.amazonaws.com`;
  return {
    Ref: name,
    DistributionDomainName: target,
    RegionalDomainName: target,
    DistributionHostedZoneId: "Z2FDTNDATAQYW2",
    RegionalHostedZoneId: "Z2FDTNDATAQYW2",
  };
};

const waf =
  (kind: string): Describe =>
  ({ logicalId }, names, text): Attributes => {
    const name = text("Name") ?? logicalId;
    const id = names.id(12, kind, logicalId);
    const arn = names.arn("wafv2", `regional/${kind}/${name}/${id}`);
    return { Ref: `${name}|${id}|REGIONAL`, Id: id, Arn: arn };
  };

/** By CloudFormation type. */
export const apiReferences: Readonly<Record<string, Describe>> = {
  "AWS::ApiGateway::RestApi": (_, names) => restApi(names),
  "AWS::ApiGateway::Resource": ({ logicalId }, names, text, paths) => {
    const parent = paths.get(text("ParentId") ?? "");
    const path =
      parent === undefined ? undefined : `${parent === "/" ? "" : parent}/${text("PathPart") ?? ""}`;
    const id = names.id(6, "resource", path ?? logicalId);
    if (path !== undefined) paths.set(id, path);
    return { Ref: id, ResourceId: id };
  },
  "AWS::ApiGateway::Method": withId((names, logicalId) => names.id(6, "method", logicalId)),
  "AWS::ApiGateway::Deployment": withId(deploymentId, "DeploymentId"),
  "AWS::ApiGateway::Stage": (_, names, text) => ({ Ref: text("StageName") ?? names.stage }),
  "AWS::ApiGateway::Authorizer": ({ logicalId }, names, text) => {
    const id = authorizerId("restApi", text("Name") ?? logicalId, names);
    return { Ref: id, AuthorizerId: id };
  },
  "AWS::ApiGateway::Model": ({ logicalId }, _, text) => ({ Ref: modelName(logicalId, text("Name")) }),
  "AWS::ApiGateway::RequestValidator": withId(
    (names, logicalId) => names.id(6, "validator", logicalId),
    "RequestValidatorId",
  ),
  "AWS::ApiGateway::ApiKey": withId((names, logicalId) => names.id(10, "apiKey", logicalId), "APIKeyId"),
  "AWS::ApiGateway::UsagePlan": withId((names, logicalId) => names.id(6, "usagePlan", logicalId), "Id"),
  "AWS::ApiGateway::DomainName": domain,
  "AWS::ApiGatewayV2::Api": (_, names, text) =>
    v2Api(text("ProtocolType") === "WEBSOCKET" ? "websocketApi" : "httpApi", names),
  "AWS::ApiGatewayV2::Authorizer": ({ logicalId }, names, text) => {
    const api = text("ApiId") === names.id(10, "websocketApi") ? "websocketApi" : "httpApi";
    const id = authorizerId(api, text("Name") ?? logicalId, names);
    return { Ref: id, AuthorizerId: id };
  },
  "AWS::ApiGatewayV2::Integration": withId(
    (names, logicalId) => names.id(7, "integration", logicalId),
    "IntegrationId",
  ),
  "AWS::ApiGatewayV2::Route": withId((names, logicalId) => names.id(7, "route", logicalId), "RouteId"),
  "AWS::ApiGatewayV2::Model": ({ logicalId }, _, text) => {
    const name = modelName(logicalId, text("Name"));
    return { Ref: name, ModelId: name };
  },
  "AWS::ApiGatewayV2::Deployment": withId(deploymentId, "DeploymentId"),
  "AWS::ApiGatewayV2::Stage": (_, names, text) => ({ Ref: text("StageName") ?? names.stage }),
  "AWS::ApiGatewayV2::DomainName": domain,
  "AWS::Lambda::Function": ({ logicalId }, names, text) => {
    const name = functionName(logicalId, names, text("FunctionName"));
    return { Ref: name, Arn: names.arn("lambda", `function:${name}`) };
  },
  "AWS::Lambda::Url": (_, names, text) => {
    const arn = text("TargetFunctionArn") ?? "";
    const name = arn.split(":function:").at(-1) ?? arn;
    const url = `https://${functionUrlId(name, names)}.lambda-url.${names.region}.on.aws/`;
    return { Ref: arn, FunctionArn: arn, FunctionUrl: url };
  },
  "AWS::Lambda::Version": (_, names, text) => qualified(text("FunctionName"), "1", names),
  "AWS::Lambda::Alias": (_, names, text) => qualified(text("FunctionName"), text("Name") ?? "", names),
  "AWS::Lambda::LayerVersion": ({ logicalId }, names, text) => {
    const arn = names.arn("lambda", `layer:${text("LayerName") ?? logicalId}:1`);
    return { Ref: arn, LayerVersionArn: arn };
  },
  "AWS::WAFv2::WebACL": waf("webacl"),
  "AWS::WAFv2::IPSet": waf("ipset"),
};

/** A version or alias of a function, which is named or given by its ARN. */
function qualified(of: string | undefined, qualifier: string, names: Names): Attributes {
  const arn = of?.startsWith("arn:") ? of : names.arn("lambda", `function:${of ?? ""}`);
  const whole = `${arn}:${qualifier}`;
  return { Ref: whole, AliasArn: whole, FunctionArn: whole, Version: "1" };
}
