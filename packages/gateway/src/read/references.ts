// What Ref and Fn::GetAtt give for each thing that a definition declares or the framework adds.
import { apiReferences } from "./api-references.ts";
import type { Attributes, Describe, ResourcePaths, TextOf } from "./attributes.ts";
import { closest } from "./closest.ts";
import { frameworkParts, type FrameworkParts } from "./framework-parts.ts";
import type { Names } from "./names.ts";
import type { Outline } from "./outline.ts";

/** What is behind a logical id, or why nothing is: nobody declares it, or it does not run here. */
export type Referred =
  | { readonly attributes: Attributes }
  | { readonly missing: string }
  | { readonly elsewhere: string };

const described: Readonly<Record<string, Describe>> = {
  ...apiReferences,
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

/** Finds what a logical id stands for, and lists what the framework adds. */
export function createReferences(
  outline: Outline,
  names: Names,
  of: { readonly textOf: TextOf; readonly paths: ResourcePaths },
): { readonly refer: (logicalId: string) => Referred; readonly added: FrameworkParts } {
  of.paths.set(names.id(10, "resource", "/"), "/");
  const added = frameworkParts(outline, names, of);
  const refer = (logicalId: string): Referred => {
    const ofFramework =
      added.get(logicalId) ?? (deployment.test(logicalId) ? added.get("ApiGatewayDeployment") : undefined);
    if (ofFramework !== undefined) return { attributes: ofFramework() };
    const resource = outline.resources.get(logicalId);
    const describe =
      resource && Object.hasOwn(described, resource.type) ? described[resource.type] : undefined;
    if (resource !== undefined && describe !== undefined) {
      const text = (property: string): string | undefined =>
        of.textOf(resource.properties[property], `${resource.path}.Properties.${property}`);
      return { attributes: describe(resource, names, text, of.paths) };
    }
    if (resource === undefined) {
      const near = closest(logicalId, [...outline.resources.keys(), ...added.keys()]);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return { missing: `the definition declares no ${logicalId.slice(0, 80)}${hint}` };
    }
    return { elsewhere: `${logicalId} is ${resource.type || "of no type"}, which does not run here` };
  };
  return { refer, added };
}

/** The framework's own has a number behind it that nobody can know; `${sls:instanceId}` stands for it. */
const deployment = /^ApiGatewayDeployment\w*$/;
