// A refusal in the API's own words: status, headers and body from its gateway responses.
import { gatewayResponses } from "@gatewright/contract";
import type { SubstitutedText } from "../deploy/gateway-responses.ts";
import type { RestPlan } from "../deploy/rest-plan.ts";
import { readContext } from "../mapping/context.ts";
import { toSafeHeader } from "../mapping/mapped-parameters.ts";
import type { MappingScope } from "../mapping/mapping-source.ts";
import { type RequestParts, toParameters } from "../mapping/request-parts.ts";
import type { ArrivedHttp, HeaderPair, HttpAnswer } from "./application.ts";
import type { Arrived, Authorized, Keyed, Routed } from "./exchange.ts";
import { acceptedType, replaceHeaders } from "./headers.ts";
import { toRequestParts } from "./mapping-scope.ts";
import { readQuery } from "./query.ts";
import type { Rejection } from "./rejection.ts";
import { toArrivedContext, toRestContext } from "./rest-context.ts";
import { toAdmittedContext, toShownName } from "./rest-event.ts";
import { toWafContext } from "./waf-context.ts";

/**
 * Words a refusal as the API does; where the API says nothing of its type, or no stage is known, or a web ACL has an
 * answer of its own, it stays as it is.
 * Templates are plain text with `$context.…`, `$stageVariables.…` and `$method.request.…` put in; what is not known
 * is empty.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function customise(plain: HttpAnswer, rejection: Rejection, refused: Arrived): HttpAnswer {
  const plan = refused.trace.notes.plan as RestPlan | undefined; // the step that finds the stage wrote it
  const customised = plan?.gatewayResponses.get(rejection.type);
  if (!plan || !customised || rejection.detail.answer) return plain;
  const scope = toScope({ plan, rejection, refused, status: plain.status });
  const chosen = chooseTemplate(customised.templates, acceptedType(refused.http.headers));
  const own = customised.headers.flatMap(({ name, source }) =>
    (source(scope) ?? []).map((value) => toSafeHeader([name, value])),
  );
  const typed = plain.headers.map(([name, value]): HeaderPair =>
    name === "Content-Type" && chosen ? [name, chosen.type] : [name, value],
  );
  return {
    status: customised.status ?? plain.status,
    headers: replaceHeaders(typed, own),
    body: chosen ? Buffer.from(fill(chosen.text, scope)) : plain.body,
  };
}

function chooseTemplate(
  templates: ReadonlyMap<string, SubstitutedText>,
  accepted: string | undefined,
): { readonly type: string; readonly text: SubstitutedText } | undefined {
  const type =
    [accepted ?? "", "application/json"].find((each) => templates.has(each)) ?? templates.keys().next().value;
  const text = type === undefined ? undefined : templates.get(type);
  return text && type !== undefined ? { type, text } : undefined;
}

function fill(text: SubstitutedText, scope: MappingScope): string {
  return text
    .map((part) => {
      if (typeof part === "string") return part;
      if (part.from === "context") return readContext(scope.context, part.name) ?? "";
      if (part.from === "request") return part.source(scope)?.join(",") ?? "";
      const { stageVariables } = scope;
      return Object.hasOwn(stageVariables, part.name) ? (stageVariables[part.name] ?? "") : "";
    })
    .join("");
}

/** What is known of a request that was refused: the more, the further it came. */
function toScope(of: {
  readonly plan: RestPlan;
  readonly rejection: Rejection;
  readonly refused: Arrived;
  readonly status: number;
}): MappingScope {
  const { plan, rejection, refused, status } = of;
  const known = refused.trace.notes.reached as Routed | Authorized | Keyed | undefined; // the steps of a REST API wrote it
  const { authorizer } = rejection.detail;
  return {
    request: known ? toRequestParts(known) : toFirstParts(refused.http),
    context: {
      ...(known ? toKnownContext(known, plan) : toArrivedContext(refused, plan)),
      ...(authorizer && { authorizer }),
      ...toWafContext(refused.trace.notes.waf),
      error: toError(rejection),
      status,
    },
    stageVariables: plan.api.stageVariables,
  };
}

function toKnownContext(known: Routed | Authorized | Keyed, plan: RestPlan): object {
  if ("apiKey" in known) return toAdmittedContext(known, plan);
  const authorizer = "authorizer" in known ? known.authorizer : null;
  return { ...toRestContext(known, plan), ...(authorizer && { authorizer }) };
}

/** Before its method is known. */
function toFirstParts(http: ArrivedHttp): RequestParts {
  return {
    header: toParameters(http.headers.map(([name, value]) => [toShownName(name), value] as const)),
    querystring: toParameters(readQuery(http.query, "&;")),
    path: new Map<string, readonly string[]>(),
    body: http.body,
  };
}

/** `$context.error`. The validator's words are made only if a template asks for them. */
function toError({ type, detail }: Rejection): object {
  const { message: standard } = gatewayResponses[type];
  const message = detail.message ?? standard;
  return {
    message: message ?? "",
    messageString: JSON.stringify(message),
    responseType: type,
    get validationErrorString(): string {
      return detail.validationError?.() ?? "";
    },
  };
}
