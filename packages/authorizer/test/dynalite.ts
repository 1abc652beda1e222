// dynalite, which has no types of its own, as narrow as the tests need it.
import type { Server } from "node:http";

type Dynalite = (options: { readonly createTableMs: number }) => Server;

export async function loadDynalite(): Promise<Dynalite> {
  // @ts-expect-error -- it has no types
  const module: unknown = await import("dynalite");
  return (module as { readonly default: Dynalite }).default; // as its documentation says
}
