// Authorizers made ready: patterns compiled, functions and references checked.
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";

/** An authorizer whose token pattern is compiled. */
export interface DeployedAuthorizer extends LambdaAuthorizer {
  /** Tokens that it does not match as a whole get 401 without a call. */
  readonly tokenPattern?: RegExp;
}

/**
 * Makes an API's authorizers ready, by id.
 *
 * @throws failure `AUTHORIZER_NOT_DEPLOYED` where a route names one that is not there: no route is left open by mistake.
 * @throws failure `IDENTITY_VALIDATION_INVALID`.
 */
export function deployAuthorizers(
  authorizers: readonly LambdaAuthorizer[],
  routes: readonly { readonly name: string; readonly authorizerId?: string | undefined }[],
): ReadonlyMap<string, DeployedAuthorizer> {
  const byId = new Map(authorizers.map((authorizer) => [authorizer.id, deploy(authorizer)]));
  for (const { name, authorizerId } of routes) {
    if (authorizerId !== undefined && !byId.has(authorizerId)) {
      throw failures.create("AUTHORIZER_NOT_DEPLOYED", { route: name, authorizer: authorizerId });
    }
  }
  return byId;
}

function deploy(authorizer: LambdaAuthorizer): DeployedAuthorizer {
  if (authorizer.identityValidation === undefined) return authorizer;
  try {
    return { ...authorizer, tokenPattern: new RegExp(`^(?:${authorizer.identityValidation})$`) };
  } catch (cause) {
    throw failures.create("IDENTITY_VALIDATION_INVALID", { authorizer: authorizer.name }, { cause });
  }
}
