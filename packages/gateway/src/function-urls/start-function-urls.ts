// Opens a door for every function URL.
import { startHttpDoor } from "../doors/http.ts";
import type { Identities } from "../identities/identities.ts";
import { type Functions, systemIds } from "../ports.ts";
import type { Parts } from "../start-parts.ts";
import { createFunctionUrl } from "./answer-url.ts";

/** Starts each at an address of its own: the ports after the gateway's others, in the order of the definition. */
export async function startFunctionUrls(
  parts: Parts,
  functions: Functions,
  identities: Identities,
): Promise<Readonly<Record<string, string>>> {
  const { service, ports, clock, log, endings, callerHeaders = false } = parts;
  const urls: Record<string, string> = {};
  for (const [index, url] of (service.functionUrls ?? []).entries()) {
    const lambda = service.functions.find(({ key }) => key === url.functionKey);
    if (lambda === undefined) continue;
    const shared = { service, functions, identities, clock, log, ids: systemIds, callerHeaders };
    const application = createFunctionUrl({ url, lambda, ...shared });
    const first = ports.functionUrls ?? 0;
    const port = first === 0 ? 0 : first + index;
    const door = await startHttpDoor({
      port,
      for: `the URL of the function ${lambda.key}`,
      application,
      log,
    });
    urls[lambda.key] = `http://127.0.0.1:${endings.add(door).port}`;
  }
  return urls;
}
