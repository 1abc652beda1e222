// Stages of the REST API as CloudFormation has them: AWS::ApiGateway::Stage, and what AWS::ApiGateway::Deployment says of one.
import type { RestStage } from "../model/stage.ts";
import { deploymentId } from "./api-references.ts";
import type { Cursor } from "./cursor.ts";
import { assertOwn, type RestContext } from "./rest-resources.ts";
import {
  capital,
  mergeSettings,
  readAccessLog,
  readCacheSize,
  readCanary,
  readMethodSettings,
  readVariables,
  toSettingsKey,
} from "./stage-settings.ts";

/**
 * Reads every declared stage, those of deployments included, over the ones that are known already.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html
 */
export function readDeclaredStages(context: RestContext, known: readonly RestStage[]): readonly RestStage[] {
  const { declared, definition } = context;
  const { names } = definition;
  const canaryId = names.id(6, "deployment", "canary");
  const stages = new Map(known.map((stage) => [stage.name, stage]));
  for (const { logicalId, properties: at } of declared.of("AWS::ApiGateway::Deployment")) {
    if (at.optional("RestApiId") !== undefined || !logicalId.startsWith("ApiGatewayDeployment"))
      assertOwn(at, definition);
    at.at("Description").skip();
    const canary = at.optional("DeploymentCanarySettings");
    const settings = at.optional("StageDescription");
    const ofFramework = at.optional("RestApiId") === undefined ? known[0]?.name : undefined;
    const name = at.optional("StageName")?.text() ?? ofFramework;
    if (name === undefined) {
      canary?.skip();
      settings?.skip();
      continue;
    }
    const base = stages.get(name) ?? { name, variables: {}, deploymentId: deploymentId(names, logicalId) };
    const stage = settings === undefined ? base : readSettings(settings, base, canaryId);
    stages.set(name, {
      ...stage,
      ...(canary !== undefined && { canary: readCanary(canary, capital, deploymentId(names, logicalId)) }),
    });
  }
  for (const { properties: at } of declared.of("AWS::ApiGateway::Stage")) {
    assertOwn(at, definition);
    const name =
      at.optional("StageName")?.matching(/^[\w-]{1,128}$/, "a stage: letters, digits, - and _") ??
      names.stage;
    const deployment = at.optional("DeploymentId")?.text();
    const before = stages.get(name) ?? { name, variables: {}, deploymentId: names.id(6, "deployment") };
    const base = deployment === undefined ? before : { ...before, deploymentId: deployment };
    stages.set(name, readSettings(at, base, canaryId));
  }
  return [...stages.values()];
}

function readSettings(at: Cursor, base: RestStage, canaryId: string): RestStage {
  for (const key of ["ClientCertificateId", "Description", "DocumentationVersion", "StageName", "Tags"]) {
    at.at(key).skip();
  }
  const enabled = at.optional("CacheClusterEnabled")?.flag();
  const size = at.optional("CacheClusterSize");
  const canary = at.optional("CanarySetting");
  const accessLog = readAccessLog(at.optional("AccessLogSetting"), capital, "REST");
  const tracing = at.optional("TracingEnabled")?.flag();
  const settings = (at.optional("MethodSettings")?.items() ?? []).map((item) => {
    const path = item.optional("ResourcePath")?.text() ?? "/*";
    const key = toSettingsKey(path, item.optional("HttpMethod")?.text() ?? "*", item);
    return [key, readMethodSettings(item, capital)] as const;
  });
  return {
    ...base,
    variables: { ...base.variables, ...readVariables(at.optional("Variables")) },
    ...(settings.length > 0 && { methodSettings: mergeSettings(base.methodSettings, settings) }),
    ...(enabled !== undefined && { cacheCluster: { enabled, sizeGb: readCacheSize(size) } }),
    ...(canary !== undefined && { canary: readCanary(canary, capital, canaryId) }),
    ...(accessLog !== undefined && { accessLog }),
    ...(tracing !== undefined && { tracingEnabled: tracing }),
  };
}
