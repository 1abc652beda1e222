// The authorizer of one method of a REST API.
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import { functionOfArn, toIdentitySource, writtenAuthorizer, type AuthorizerBook } from "./authorizers.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import { named } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";

const types = ["TOKEN", "REQUEST"] as const;
const defaultSource = "method.request.header.Authorization";
const defaultTtlSeconds = 300;

/**
 * Reads `authorizer:` of an `http` event and gives its id, or nothing where the event has none.
 *
 * @throws `AUTHORIZER_UNKNOWN`, `AUTHORIZER_CONFLICT`, `NOT_SUPPORTED`
 */
export function readRestAuthorizer(
  event: Cursor,
  table: FunctionTable,
  book: AuthorizerBook,
): string | undefined {
  const at = writtenAuthorizer(event);
  if (at === undefined) return undefined;
  return book.add(at.isText ? byName(at, table) : bySettings(at, table), at);
}

function byName(at: Cursor, table: FunctionTable): Omit<LambdaAuthorizer, "id"> {
  const name = at.text();
  if (name.toUpperCase() === "AWS_IAM") return at.notSupported("authorization by IAM");
  const target = name.includes(":") ? functionOfArn(at, table.functions) : named(name, table.byKey, at);
  return {
    name: target.key,
    type: "TOKEN",
    functionKey: target.key,
    identitySources: [toIdentitySource(defaultSource, "method.request", at)],
    ttlSeconds: defaultTtlSeconds,
  };
}

function bySettings(at: Cursor, table: FunctionTable): Omit<LambdaAuthorizer, "id"> {
  const type = readType(at);
  const target = readTarget(at, table);
  if (at.optional("scopes") !== undefined) at.at("scopes").notSupported("authorization scopes");
  at.at("managedExternally").skip();
  const ttlSeconds = at.optional("resultTtlInSeconds")?.number({ min: 0, max: 3600 }) ?? defaultTtlSeconds;
  const validation = type === "TOKEN" ? readValidation(at) : undefined;
  return {
    name: at.optional("name")?.text() ?? target.key,
    type,
    functionKey: target.key,
    identitySources: readSources(at, type, ttlSeconds),
    ttlSeconds,
    ...(validation !== undefined && { identityValidation: validation }),
  };
}

function readType(at: Cursor): (typeof types)[number] {
  if (at.optional("authorizerId") !== undefined)
    at.at("authorizerId").notSupported("an authorizer of another stack");
  const written = at.optional("type");
  if (written === undefined)
    return at.at("type").isWritten ? at.at("type").refuse("token or request") : "TOKEN";
  const name = written.text().toUpperCase();
  if (name === "AWS_IAM") return written.notSupported("authorization by IAM");
  if (name === "COGNITO_USER_POOLS") return written.notSupported("a Cognito authorizer of a REST API");
  const type = types.find((type) => type === name);
  if (type !== undefined) return type;
  const known = types.map((type) => type.toLowerCase());
  throw failures.create("AUTHORIZER_UNKNOWN", {
    ...written.place,
    name: name.toLowerCase().slice(0, 80),
    known,
    closest: closest(name, known),
  });
}

function readTarget(at: Cursor, table: FunctionTable): LambdaFunction {
  const arn = at.optional("arn");
  if (arn !== undefined) return functionOfArn(arn, table.functions);
  const name = at.at("name");
  return named(name.text({ expected: "the name of a function" }), table.byKey, name);
}

function readSources(
  at: Cursor,
  type: (typeof types)[number],
  ttlSeconds: number,
): LambdaAuthorizer["identitySources"] {
  const place = at.at("identitySource");
  if (!place.isGiven && type === "REQUEST" && ttlSeconds === 0) return [];
  const texts = place.isGiven ? place.text().split(",") : [defaultSource];
  const sources = texts.map((text) => toIdentitySource(text.trim(), "method.request", place));
  if (type === "TOKEN" && (sources.length !== 1 || sources[0]?.from !== "header")) {
    return place.refuse("one header, as a token authorizer looks at nothing else");
  }
  return sources;
}

function readValidation(at: Cursor): string | undefined {
  const place = at.optional("identityValidationExpression");
  const pattern = place?.text();
  if (place === undefined || pattern === undefined) return undefined;
  try {
    RegExp(pattern);
    return pattern;
  } catch {
    return place.refuse("a regular expression");
  }
}
