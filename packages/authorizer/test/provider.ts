// oidc-provider, which has no types of its own, as narrow as the tests need it.
import type { RequestListener } from "node:http";

type ProviderClass = new (issuer: string, configuration: object) => { callback(): RequestListener };

const name: string = "oidc-provider";

export async function loadProvider(): Promise<ProviderClass> {
  const module = (await import(name)) as { readonly default: ProviderClass }; // as its documentation says
  return module.default;
}
