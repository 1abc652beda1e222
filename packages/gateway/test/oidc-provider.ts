// oidc-provider, which has no types of its own, as narrow as the tests need it.
import type { RequestListener } from "node:http";

type ProviderClass = new (issuer: string, configuration: object) => { callback(): RequestListener };

export async function loadProvider(): Promise<ProviderClass> {
  // @ts-expect-error -- it has no types
  const module: unknown = await import("oidc-provider");
  return (module as { readonly default: ProviderClass }).default; // as its documentation says
}
