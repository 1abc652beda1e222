// Step: does the request have what its method requires?
import type { BodyCheck, DeployedValidator } from "../../deploy/models.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { toValidationErrorString } from "../../mapping/validation-error.ts";
import { runWithin } from "../../vtl/java-pattern.ts";
import { TemplateError } from "../../vtl/template-error.ts";
import type { ArrivedHttp } from "../application.ts";
import type { Opened, Validated } from "../exchange.ts";
import { lastHeader, toMediaType } from "../headers.ts";
import { readQuery } from "../query.ts";
import { Rejection } from "../rejection.ts";

/**
 * Checks required parameters, then the body against the model of its content type. Methods without a validator pass.
 *
 * @throws Rejection `BAD_REQUEST_PARAMETERS`, `BAD_REQUEST_BODY`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function validate(opened: Opened, plan: RestPlan): Validated {
  const validator = plan.validators.get(opened.route.method);
  if (validator) {
    checkParameters(opened, validator);
    checkBody(opened.http, validator);
  }
  return opened as Validated; // proven on the lines above
}

function checkParameters({ http, route }: Opened, { required }: DeployedValidator): void {
  if (required.length === 0) return;
  const asksQuery = required.some(({ place }) => place === "querystring");
  const query = new Map(asksQuery ? readQuery(http.query, "&;") : []);
  const missing = required.filter(({ place, name }) => {
    const value =
      place === "header"
        ? lastHeader(http.headers, name.toLowerCase())
        : place === "path"
          ? route.pathParameters?.[name]
          : query.get(name);
    return value === undefined || value.trim() === "";
  });
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new Rejection("BAD_REQUEST_PARAMETERS", {
    message: `Missing required request parameters: [${names}]`,
  });
}

function checkBody(http: ArrivedHttp, { bodies }: DeployedValidator): void {
  if (bodies.size === 0) return;
  const type = toMediaType(lastHeader(http.headers, "content-type")) ?? "application/json";
  const check = bodies.get(type) ?? bodies.get("$default");
  if (!check) return;
  holdAgainst(check, http.body);
}

/** Holds a body against a model. @throws Rejection `BAD_REQUEST_BODY`. */
export function holdAgainst(check: BodyCheck, bytes: Buffer): void {
  const body = parse(bytes);
  if (body === undefined)
    throw new Rejection("BAD_REQUEST_BODY", { validationError: () => "[Invalid JSON]" });
  if (!isFitting(check, body.value)) {
    throw new Rejection("BAD_REQUEST_BODY", {
      validationError: () => toValidationErrorString(check.errors(body.value)),
    });
  }
}

/** An empty body counts as `{}`. */
function parse(body: Buffer): { readonly value: unknown } | undefined {
  if (body.length === 0) return { value: {} };
  try {
    return { value: JSON.parse(body.toString("utf8")) };
  } catch {
    return undefined; // the client's body is no JSON: said by the caller
  }
}

/** How long one check may take. */
const longestMs = 1_000;

/** A body that no schema could be held against, for its depth or its regular expressions, does not fit. */
function isFitting(check: BodyCheck, body: unknown): boolean {
  try {
    return check.mayTakeLong ? runWithin(longestMs, () => check.fits(body)) : check.fits(body);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TemplateError) return false;
    throw error;
  }
}
