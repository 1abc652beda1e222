// What a request shows in the places that an authorizer looks at.
import { readContext } from "../../mapping/context.ts";
import type { IdentitySource } from "../../model/authorizer.ts";
import type { ArrivedHttp } from "../application.ts";
import { lastHeader } from "../headers.ts";
import { readQuery } from "../query.ts";

/** The parts of a request that identity sources can name. */
export interface Identifiable {
  readonly http: Pick<ArrivedHttp, "headers" | "query">;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Makes `$context`, for sources that name it: nested as in the event, so that `identity.sourceIp` is found. */
  readonly context: () => object;
}

/** Where an authorizer looks that names no source. */
export const authorizationHeader: IdentitySource = { from: "header", name: "Authorization" };

/**
 * The values of identity sources in their order; `undefined` if one is missing or empty.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
 */
export function readIdentity(
  sources: readonly IdentitySource[],
  request: Identifiable,
): readonly string[] | undefined {
  const values = sources.map((source) => readOne(source, request));
  const present = values.filter((value) => value !== undefined && value !== "");
  return present.length === sources.length ? (present as readonly string[]) : undefined; // no undefined is left
}

function readOne({ from, name }: IdentitySource, request: Identifiable): string | undefined {
  switch (from) {
    case "header":
      return lastHeader(request.http.headers, name.toLowerCase());
    case "querystring":
      return readQuery(request.http.query).findLast(([key]) => key === name)?.[1];
    case "stageVariables":
      return Object.hasOwn(request.stageVariables, name) ? request.stageVariables[name] : undefined;
    default:
      return readContext(request.context(), name);
  }
}
