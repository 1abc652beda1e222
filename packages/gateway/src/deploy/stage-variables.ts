// Stage variables put in: a definition as one stage sees it.
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type { AwsTarget, MappedIntegration } from "../model/integration.ts";
import type { HttpApi, HttpRoute } from "../model/http-api.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { RestApi, RestIntegration } from "../model/rest-api.ts";
import type { RestStage } from "../model/stage.ts";

type Variables = Readonly<Record<string, string>>;
type Named = Pick<LambdaFunction, "key" | "name">;

/**
 * Puts a stage's variables where `${stageVariables.name}` stands; a variable that the stage lacks is empty text.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
function fillVariables(text: string, variables: Variables): string {
  if (!text.includes("${stageVariables.")) return text;
  return text.replace(/\$\{stageVariables\.([A-Za-z0-9_]+)\}/g, (_, name: string) =>
    Object.hasOwn(variables, name) ? (variables[name] ?? "") : "",
  );
}

/** A REST API as one stage serves it: the stage's name, deployment and variables, which are put in everywhere. */
export function onRestStage(api: RestApi, stage: RestStage, functions: readonly Named[]): RestApi {
  const { variables } = stage;
  const keyOf = (text: string): string => findFunction(text, variables, functions);
  const authorizers = api.authorizers.map((one) => fillAuthorizer(one, keyOf));
  return {
    ...api,
    stage: stage.name,
    stageVariables: variables,
    deploymentId: stage.deploymentId,
    stages: [stage],
    authorizers,
    ...(api.cognitoAuthorizers && {
      cognitoAuthorizers: api.cognitoAuthorizers.map((one) => ({
        ...one,
        userPoolIds: one.userPoolIds.map((id) => fillVariables(id, variables)),
      })),
    }),
    methods: api.methods.map((method) => ({
      ...method,
      integration: fillIntegration(method.integration, variables, keyOf),
    })),
  };
}

/** An HTTP API as one stage serves it. */
export function onHttpStage(
  api: HttpApi,
  stage: { readonly name: string; readonly variables: Variables },
  functions: readonly Named[],
): HttpApi {
  const { variables } = stage;
  const keyOf = (text: string): string => findFunction(text, variables, functions);
  const fill = (route: HttpRoute): HttpRoute => {
    const { integration } = route;
    if (integration.type === "HTTP_PROXY") {
      return { ...route, integration: { ...integration, uri: fillVariables(integration.uri, variables) } };
    }
    if (integration.type !== "AWS_PROXY") return route;
    return { ...route, integration: { ...integration, functionKey: keyOf(integration.functionKey) } };
  };
  return {
    ...api,
    stage: stage.name,
    stageVariables: variables,
    authorizers: api.authorizers.map((one) => fillAuthorizer(one, keyOf)),
    routes: api.routes.map(fill),
  };
}

/** Puts variables into the function that an authorizer asks. */
export function fillAuthorizer(
  authorizer: LambdaAuthorizer,
  keyOf: (text: string) => string,
): LambdaAuthorizer {
  return { ...authorizer, functionKey: keyOf(authorizer.functionKey) };
}

function fillIntegration(
  integration: RestIntegration,
  variables: Variables,
  keyOf: (text: string) => string,
): RestIntegration {
  switch (integration.type) {
    case "AWS_PROXY":
      return { ...integration, functionKey: keyOf(integration.functionKey) };
    case "MOCK_CORS":
      return integration;
    default:
      return fillMapped(integration, variables, keyOf);
  }
}

/** Puts variables into the address of a mapped integration, and into what it names. */
export function fillMapped<Mapped extends Pick<MappedIntegration, "uri" | "target">>(
  integration: Mapped,
  variables: Variables,
  keyOf: (text: string) => string,
): Mapped {
  const { uri, target } = integration;
  return {
    ...integration,
    ...(uri !== undefined && { uri: fillVariables(uri, variables) }),
    ...(target && { target: fillTarget(target, variables, keyOf) }),
  };
}

function fillTarget(target: AwsTarget, variables: Variables, keyOf: (text: string) => string): AwsTarget {
  if ("functionKey" in target) return { ...target, functionKey: keyOf(target.functionKey) };
  return { ...target, value: fillVariables(target.value, variables) };
}

/** The key of the function that a name, with or without an alias or version after it, stands for. */
export function findFunction(text: string, variables: Variables, functions: readonly Named[]): string {
  const filled = fillVariables(text, variables);
  if (filled === text) return text;
  const name = filled.replace(/^arn:[^:]*:lambda:[^:]*:[^:]*:function:/, "").split(":", 1)[0] ?? "";
  return functions.find((one) => one.key === name || one.name === name)?.key ?? name;
}
