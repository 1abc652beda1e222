// Authorizers made ready: patterns compiled, functions and references checked.
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";

/** An authorizer whose token pattern is compiled. */
export interface DeployedAuthorizer extends LambdaAuthorizer {
  /** Tokens that it does not match as a whole get 401 without a call. */
  readonly tokenPattern?: RegExp;
}

/**
 * Makes an API's Lambda authorizers ready, by id. `others` are authorizers of other kinds that routes may name.
 *
 * @throws failure `AUTHORIZER_NOT_DEPLOYED` where a route names one that is not there: no route is left open by mistake.
 * @throws failure `IDENTITY_VALIDATION_INVALID`.
 */
export function deployAuthorizers(
  authorizers: readonly LambdaAuthorizer[],
  routes: readonly { readonly name: string; readonly authorizerId?: string | undefined }[],
  others: { has(id: string): boolean } = new Set(),
): ReadonlyMap<string, DeployedAuthorizer> {
  const byId = new Map(authorizers.map((authorizer) => [authorizer.id, deploy(authorizer)]));
  for (const { name, authorizerId } of routes) {
    if (authorizerId !== undefined && !byId.has(authorizerId) && !others.has(authorizerId)) {
      throw failures.create("AUTHORIZER_NOT_DEPLOYED", { route: name, authorizer: authorizerId });
    }
  }
  return byId;
}

function deploy(authorizer: LambdaAuthorizer): DeployedAuthorizer {
  const tokenPattern = compileTokenPattern(authorizer);
  return tokenPattern ? { ...authorizer, tokenPattern } : authorizer;
}

/**
 * Compiles the pattern that tokens must match as a whole, if the authorizer has one.
 *
 * @throws failure `IDENTITY_VALIDATION_INVALID`.
 */
export function compileTokenPattern({
  name,
  identityValidation,
}: {
  readonly name: string;
  readonly identityValidation?: string;
}): RegExp | undefined {
  if (identityValidation === undefined) return undefined;
  try {
    return new RegExp(`^(?:${identityValidation})$`);
  } catch (cause) {
    throw failures.create("IDENTITY_VALIDATION_INVALID", { authorizer: name }, { cause });
  }
}
