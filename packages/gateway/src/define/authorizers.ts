// Authorizers of an API that is written as code.
import { failures } from "../failures.ts";
import type {
  CognitoAuthorizer,
  IdentitySource,
  JwtAuthorizer,
  LambdaAuthorizer,
} from "../model/authorizer.ts";
import type { Names } from "../read/names.ts";
import type { FunctionList } from "./functions.ts";
import type { AuthorizerSettings, FunctionAuthorizer } from "./routes.ts";

/** One authorizer, by its kind. */
export type KnownAuthorizer =
  | { readonly kind: "lambda"; readonly authorizer: LambdaAuthorizer }
  | { readonly kind: "pool"; readonly authorizer: CognitoAuthorizer }
  | { readonly kind: "jwt"; readonly authorizer: JwtAuthorizer };

/** Authorizers by the name that routes use. */
export type Authorizers = ReadonlyMap<string, KnownAuthorizer>;

/** Makes every authorizer ready for one API. */
export function toAuthorizers(
  api: "restApi" | "httpApi",
  written: Readonly<Record<string, AuthorizerSettings>>,
  of: { readonly names: Names; readonly functions: FunctionList },
): Authorizers {
  return new Map(
    Object.entries(written).map(([name, settings]) => {
      const at = `authorizers.${name}`;
      const shared = { id: of.names.id(6, api, "authorizer", name), name };
      const sources = (settings.identitySources ?? ["header.Authorization"]).map((text) =>
        toSource(text, at),
      );
      return [
        name,
        toKnown(settings, { ...shared, identitySources: sources }, { api, functions: of.functions }),
      ];
    }),
  );
}

function toKnown(
  settings: AuthorizerSettings,
  shared: Pick<LambdaAuthorizer, "id" | "name" | "identitySources">,
  of: { readonly api: "restApi" | "httpApi"; readonly functions: FunctionList },
): KnownAuthorizer {
  if ("issuer" in settings) {
    const { issuer, audience } = settings;
    return { kind: "jwt", authorizer: { ...shared, type: "JWT", issuer, audience } };
  }
  if ("userPoolIds" in settings) {
    const { userPoolIds, ttlSeconds = 300 } = settings;
    return { kind: "pool", authorizer: { ...shared, type: "COGNITO_USER_POOLS", userPoolIds, ttlSeconds } };
  }
  return { kind: "lambda", authorizer: { ...shared, ...toLambda(settings, shared.name, of) } };
}

function toLambda(
  settings: FunctionAuthorizer,
  name: string,
  { api, functions }: { readonly api: "restApi" | "httpApi"; readonly functions: FunctionList },
): Omit<LambdaAuthorizer, "id" | "name" | "identitySources"> {
  const {
    type = "REQUEST",
    ttlSeconds = 0,
    identityValidation,
    payloadVersion = "2.0",
    simpleResponses = false,
  } = settings;
  const functionKey = functions.add(settings.handler, name);
  if (api === "httpApi") return { type: "REQUEST", functionKey, ttlSeconds, payloadVersion, simpleResponses };
  return { type, functionKey, ttlSeconds, ...(identityValidation !== undefined && { identityValidation }) };
}

function toSource(text: string, at: string): IdentitySource {
  const [, from, name] = /^(header|querystring|stageVariables|context)\.([\w.-]+)$/.exec(text) ?? [];
  if (
    name !== undefined &&
    (from === "header" || from === "querystring" || from === "stageVariables" || from === "context")
  ) {
    return { from, name };
  }
  throw failures.create("API_DEFINITION_INVALID", {
    at: `${at}.identitySources`,
    expected: "sources such as header.Authorization, querystring.token, context.… or stageVariables.…",
  });
}
