// CloudFormation resources as a definition declares them, and what it changes in those that the framework adds.
import type { Cursor } from "./cursor.ts";
import type { Definition } from "./definition.ts";
import { isDeployOnlyType } from "./deploy-only.ts";
import { languageExtensions } from "./outline.ts";

/** A resource of the definition's own. */
export interface Declared {
  readonly logicalId: string;
  readonly type: string;
  /** The whole of it. */
  readonly at: Cursor;
  /** Its settings, given or not. */
  readonly properties: Cursor;
  /** What code says of a method's preflight answer, in the framework's words; CloudFormation has none for it. */
  readonly cors?: Cursor;
}

/** Everything that the definition declares in CloudFormation's words. */
export interface Declarations {
  /** Those of one type, in the order of the file. */
  of(type: string): readonly Declared[];
  /** Settings that the definition lays over a resource of the framework, in the order of the file. */
  patches(logicalId: string): readonly Cursor[];
  /** Tells of every resource and change that nobody has asked for. @throws `NOT_SUPPORTED` for what may be a guard */
  finish(): void;
}

interface Found {
  readonly logicalId: string;
  readonly at: Cursor;
  readonly type: string;
  readonly isExtension: boolean;
}

/** Parts of the APIs that the deployment framework writes; changing them by hand may close or open a door. */
const frameworkApi = /^(?:ApiGateway|HttpApi|Websockets)(?!.*LogGroup)/;

/** Sections that mean nothing by themselves. */
const quiet = [
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Outputs",
  "Parameters",
  "Conditions",
  "Mappings",
  "Rules",
];

/** What the framework needs for deploying alone: where packages are kept, and functions that set up others' buckets. */
const ofFrameworkAlone = /^(?:ServerlessDeploymentBucket(?:Policy)?|CustomDashresource\w+LambdaFunction)$/;

/** Looks through the resources of a definition or template. */
export function createDeclarations(blocks: readonly Cursor[], definition: Definition): Declarations {
  const found = blocks
    .filter((block) => block.isGiven)
    .flatMap(readBlock)
    .filter((one) => isWanted(one, definition));
  const own = found.filter((one) => !isPatch(one, definition));
  const patched = found.filter((one) => isPatch(one, definition));
  const asked = new Set<string>();
  return {
    of(type) {
      asked.add(type);
      return own
        .filter((one) => one.type === type)
        .map(({ logicalId, at }) => ({ logicalId, type, at, properties: at.at("Properties") }));
    },
    patches(logicalId) {
      asked.add(logicalId);
      return patched
        .filter((one) => one.logicalId === logicalId)
        .map(({ at }) => at.optional("Properties"))
        .filter((properties) => properties !== undefined);
    },
    finish() {
      for (const one of own) if (!asked.has(one.type)) tell(one, definition);
      for (const one of patched) if (!asked.has(one.logicalId)) refuseChange(one);
    },
  };
}

function readBlock(block: Cursor): Found[] {
  for (const key of quiet) block.at(key).skip();
  const transform = block.optional("Transform");
  if (transform !== undefined) {
    const names = transform.isMap ? [] : transform.texts();
    if (names.some((name) => name.startsWith("AWS::Serverless")))
      transform.notSupported("an AWS SAM template");
    if (names.length === 0 || names.some((name) => name !== languageExtensions))
      transform.notSupported("a transform of a template");
  }
  const read = (key: string, isExtension: boolean): Found[] =>
    (block.optional(key)?.entries() ?? []).map(([logicalId, at]) => ({
      logicalId,
      at,
      type: at.optional("Type")?.text() ?? "",
      isExtension,
    }));
  return [...read("Resources", false), ...read("extensions", true)];
}

function isPatch({ logicalId, isExtension, type }: Found, { isOfFramework }: Definition): boolean {
  return (
    isExtension ||
    isOfFramework(logicalId) ||
    (type === "" && /^(?:ApiGateway|HttpApi|Websockets)/.test(logicalId))
  );
}

function isWanted({ logicalId, at, type }: Found, definition: Definition): boolean {
  if (type.startsWith("AWS::Serverless::")) at.notSupported("an AWS SAM resource");
  const condition = at.optional("Condition")?.text();
  if (!ofFrameworkAlone.test(logicalId) && definition.isWanted(condition, at.path)) return true;
  at.skip();
  return false;
}

/** Types that decide who comes in, or what an API is made of. */
const guarding = /^AWS::(?:ApiGateway|WAF)/;

function tell({ at, type }: Found, definition: Definition): void {
  if (guarding.test(type) && !harmless.has(type)) at.notSupported(type);
  at.skip();
  if (isDeployOnlyType(type) || harmless.has(type)) return;
  definition.notice(
    at.path,
    `${type === "" ? "A resource without a type" : type} does not run on this machine.`,
  );
}

/** Says nothing that a request could notice. */
const harmless = new Set([
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::ClientCertificate",
  "AWS::ApiGateway::DocumentationPart",
  "AWS::ApiGateway::DocumentationVersion",
  "AWS::ApiGatewayV2::Model",
  "AWS::WAFv2::LoggingConfiguration",
]);

function refuseChange({ logicalId, at }: Found): void {
  if (
    frameworkApi.test(logicalId) ||
    /(?:Authorizer|WebsocketsRoute|WebsocketsIntegration)$/.test(logicalId)
  ) {
    at.notSupported(`changing ${logicalId} by hand`);
  }
  at.skip();
}
