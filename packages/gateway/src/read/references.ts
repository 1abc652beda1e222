// What Ref and Fn::GetAtt give for each thing that a definition declares or the framework adds.
import { closest } from "./closest.ts";
import type { Names } from "./names.ts";
import { toLogicalName } from "./names.ts";
import type { Outline, Resource } from "./outline.ts";
import type { Tree, TreeMap } from "./tree.ts";

/** Values of one thing: `Ref` under "Ref", attributes under their names. */
export type Attributes = Readonly<Record<string, string>>;

/** What is behind a logical id, or why nothing is. */
export type Referred = { readonly attributes: Attributes } | { readonly missing: string };

/** Gives a property its value, or nothing where it has none. */
export type TextOf = (value: Tree | undefined, path: string) => string | undefined;

type Describe = (
  resource: Resource,
  names: Names,
  text: (property: string) => string | undefined,
) => Attributes;

const described: Readonly<Record<string, Describe>> = {
  "AWS::DynamoDB::Table": ({ logicalId }, names, text) => {
    const name = text("TableName") ?? names.generated(logicalId);
    return { Ref: name, Arn: names.arn("dynamodb", `table/${name}`) };
  },
  "AWS::S3::Bucket": ({ logicalId }, names, text) => {
    const name = text("BucketName") ?? names.generated(logicalId).toLowerCase();
    return {
      Ref: name,
      Arn: names.arn("s3", name),
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${names.region}.amazonaws.com`,
    };
  },
  "AWS::Cognito::UserPool": ({ logicalId }, names) => {
    const id = names.userPoolId(logicalId);
    const provider = `cognito-idp.${names.region}.amazonaws.com/${id}`;
    return {
      Ref: id,
      UserPoolId: id,
      Arn: names.arn("cognito-idp", `userpool/${id}`),
      ProviderName: provider,
      ProviderURL: `https://${provider}`,
    };
  },
  "AWS::Cognito::UserPoolClient": ({ logicalId }, names, text) => {
    const id = names.id(26, "userPoolClient", logicalId);
    return { Ref: id, ClientId: id, Name: text("ClientName") ?? names.generated(logicalId) };
  },
  "AWS::IAM::Role": ({ logicalId }, names, text) => {
    const name = text("RoleName") ?? names.generated(logicalId);
    return { Ref: name, Arn: names.arn("iam", `role/${name}`), RoleId: names.id(20, "role", name) };
  },
  "AWS::Logs::LogGroup": ({ logicalId }, names, text) => {
    const name = text("LogGroupName") ?? names.generated(logicalId);
    return { Ref: name, Arn: names.arn("logs", `log-group:${name}:*`) };
  },
};

/** Finds what a logical id stands for. */
export function createReferences(
  outline: Outline,
  names: Names,
  textOf: TextOf,
): (logicalId: string) => Referred {
  const added = frameworkParts(outline, names, textOf);
  return (logicalId) => {
    const resource = outline.resources.get(logicalId);
    const describe =
      resource && Object.hasOwn(described, resource.type) ? described[resource.type] : undefined;
    if (resource !== undefined && describe !== undefined) {
      const text = (property: string): string | undefined =>
        textOf(resource.properties[property], `${resource.path}.Properties.${property}`);
      return { attributes: describe(resource, names, text) };
    }
    const attributes = added.get(logicalId)?.();
    if (attributes !== undefined) return { attributes };
    if (resource === undefined) {
      const near = closest(logicalId, [...outline.resources.keys(), ...added.keys()]);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return { missing: `the definition declares no ${logicalId.slice(0, 80)}${hint}` };
    }
    return { missing: `${logicalId} is ${resource.type || "of no type"}, which does not run here` };
  };
}

/** Logical ids that the deployment framework adds by itself. */
function frameworkParts(outline: Outline, names: Names, textOf: TextOf): Map<string, () => Attributes> {
  const parts = new Map<string, () => Attributes>();
  for (const [key, settings] of outline.functions) {
    const name = (): string => functionNameOf(settings, key, names, textOf);
    parts.set(`${toLogicalName(key)}LambdaFunction`, () => ({
      Ref: name(),
      Arn: names.arn("lambda", `function:${name()}`),
    }));
    parts.set(`${toLogicalName(key)}LogGroup`, () => ({
      Ref: `/aws/lambda/${name()}`,
      Arn: names.arn("logs", `log-group:/aws/lambda/${name()}:*`),
    }));
  }
  const role = `${names.stack}-${names.region}-lambdaRole`;
  parts.set("IamRoleLambdaExecution", () => ({ Ref: role, Arn: names.arn("iam", `role/${role}`) }));
  if (outline.eventKinds.has("http")) {
    parts.set("ApiGatewayRestApi", () => ({
      Ref: names.id(10, "restApi"),
      RestApiId: names.id(10, "restApi"),
      RootResourceId: names.id(10, "resource", "/"),
    }));
  }
  if (outline.eventKinds.has("httpApi")) parts.set("HttpApi", () => v2Api("httpApi", "https", names));
  if (outline.eventKinds.has("websocket")) {
    parts.set("WebsocketsApi", () => v2Api("websocketApi", "wss", names));
  }
  return parts;
}

function v2Api(kind: string, scheme: string, names: Names): Attributes {
  const id = names.id(10, kind);
  return {
    Ref: id,
    ApiId: id,
    ApiEndpoint: `${scheme}://${id}.execute-api.${names.region}.amazonaws.com`,
  };
}

/** The deployed name of a function. */
function functionNameOf(settings: TreeMap, key: string, names: Names, textOf: TextOf): string {
  return textOf(settings["name"], `functions.${key}.name`) ?? names.functionName(key);
}
