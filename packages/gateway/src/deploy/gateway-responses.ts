// Gateway responses made ready: which wording each refusal gets, and where its values come from.
import type { GatewayResponseType } from "@gatewright/contract";
import { gatewayResponses } from "@gatewright/contract";
import { failures } from "../failures.ts";
import { compileSource, type Source } from "../mapping/mapping-source.ts";
import type { GatewayResponse } from "../model/integration.ts";

/** The wording of one type of refusal. What is left out is as API Gateway has it. */
export interface DeployedGatewayResponse {
  readonly status: number | undefined;
  readonly headers: readonly { readonly name: string; readonly source: Source }[];
  /** By content type; empty where the default body stays. */
  readonly templates: ReadonlyMap<string, SubstitutedText>;
}

/** Text with places to fill: not VTL, no logic. */
export type SubstitutedText = readonly (
  | string
  | { readonly from: "context" | "stageVariables"; readonly name: string }
  | { readonly from: "request"; readonly source: Source }
)[];

/** These cannot be worded otherwise. */
const fixed = new Set<string>(["REQUEST_TOO_LARGE"]);

/**
 * Makes an API's gateway responses ready, by type. `DEFAULT_4XX` and `DEFAULT_5XX` stand for every type of their
 * class that is not there itself.
 *
 * @throws failures `GATEWAY_RESPONSE_UNKNOWN`, `MAPPING_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function deployGatewayResponses(
  declared: readonly GatewayResponse[] = [],
): ReadonlyMap<GatewayResponseType, DeployedGatewayResponse> {
  const byType = new Map(declared.map((response) => [response.type, deploy(response)]));
  for (const type of byType.keys()) {
    if (!Object.hasOwn(gatewayResponses, type) && !/^DEFAULT_[45]XX$/.test(type)) {
      throw failures.create("GATEWAY_RESPONSE_UNKNOWN", { type });
    }
  }
  const types = Object.keys(gatewayResponses) as GatewayResponseType[]; // the keys of that very table
  return new Map(
    types.flatMap((type) => {
      const group = gatewayResponses[type].status >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX";
      const response = fixed.has(type) ? undefined : (byType.get(type) ?? byType.get(group));
      return response ? [[type, response] as const] : [];
    }),
  );
}

function deploy(response: GatewayResponse): DeployedGatewayResponse {
  const { type, statusCode, responseParameters, responseTemplates } = response;
  return {
    status: statusCode === undefined ? undefined : Number(statusCode),
    headers: Object.entries(responseParameters).flatMap(([target, expression]) => {
      const [, place, name = ""] =
        /^gatewayresponse\.(header|path|querystring)\.([A-Za-z0-9._$-]+)$/.exec(target) ?? [];
      const source = compileSource(expression);
      if (place === undefined)
        throw failures.create("MAPPING_UNREADABLE", { route: type, expression: target });
      if (!source) throw failures.create("MAPPING_UNREADABLE", { route: type, expression });
      return place === "header" ? [{ name, source }] : [];
    }),
    templates: new Map(
      Object.entries(responseTemplates).map(([contentType, text]) => [contentType, compileText(text)]),
    ),
  };
}

function compileText(text: string): SubstitutedText {
  const parts: SubstitutedText[number][] = [];
  let at = 0;
  const names =
    /\$(?:\{(context|stageVariables|method\.request)\.([\w-]+(?:\.[\w-]+)*)\}|(context|stageVariables|method\.request)\.([\w-]+(?:\.[\w-]+)*))/g;
  for (const found of text.matchAll(names)) {
    const [whole, inBraces, nameInBraces, from = inBraces, name = nameInBraces ?? ""] = found;
    if (found.index > at) parts.push(text.slice(at, found.index));
    at = found.index + whole.length;
    if (from === "context" || from === "stageVariables") parts.push({ from, name });
    else {
      const source = compileSource(`method.request.${name}`);
      parts.push(source ? { from: "request", source } : whole);
    }
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}
