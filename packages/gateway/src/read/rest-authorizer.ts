// Who may call one method of a REST API: its Lambda or Cognito authorizer, or callers' signatures.
import { failures } from "../failures.ts";
import type { CognitoAuthorizer, LambdaAuthorizer } from "../model/authorizer.ts";
import {
  functionKeyOfArn,
  isUserPoolArn,
  toIdentitySource,
  userPoolOfArn,
  writtenAuthorizer,
  type AuthorizerBook,
  type Guard,
  type NamedAuthorizer,
} from "./authorizers.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import { named } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";

const types = ["TOKEN", "REQUEST", "COGNITO_USER_POOLS", "AWS_IAM", "CUSTOM"] as const;
type AuthorizerType = (typeof types)[number];

const defaultSource = "method.request.header.Authorization";
const defaultTtlSeconds = 300;

/**
 * Reads `authorizer:` of an `http` event; a method without one is open.
 *
 * @throws `AUTHORIZER_UNKNOWN`, `AUTHORIZER_CONFLICT`
 */
export function readRestAuthorizer(event: Cursor, table: FunctionTable, book: AuthorizerBook): Guard {
  const at = writtenAuthorizer(event);
  if (at === undefined) return {};
  return at.isText ? byName(at, table, book) : bySettings(at, table, book);
}

function byName(at: Cursor, table: FunctionTable, book: AuthorizerBook): Guard {
  const name = at.text();
  if (name.toUpperCase() === "AWS_IAM") return { iam: true };
  if (isUserPoolArn(name)) {
    return {
      authorizerId: book.add(ofPool(at, { name: nameOfArn(name), ttlSeconds: defaultTtlSeconds }), at),
    };
  }
  const key = name.includes(":") ? functionKeyOfArn(at, table.functions) : named(name, table.byKey, at).key;
  const authorizer: NamedAuthorizer = {
    name: key,
    type: "TOKEN",
    functionKey: key,
    identitySources: [toIdentitySource(defaultSource, "method.request", at)],
    ttlSeconds: defaultTtlSeconds,
  };
  return { authorizerId: book.add(authorizer, at) };
}

function bySettings(at: Cursor, table: FunctionTable, book: AuthorizerBook): Guard {
  const type = readType(at);
  if (type === "AWS_IAM") return { iam: true };
  at.at("managedExternally").skip();
  at.at("claims").skip(); // shown by the template of a lambda integration, which reads them
  const declared = at.optional("authorizerId");
  if (declared !== undefined) return { authorizerId: ofResource(declared, book), ...readScopes(at, type) };
  const ttlSeconds = at.optional("resultTtlInSeconds")?.number({ min: 0, max: 3600 }) ?? defaultTtlSeconds;
  const arn = at.optional("arn");
  const isPool =
    type === "COGNITO_USER_POOLS" || (arn !== undefined && arn.isText && isUserPoolArn(arn.text()));
  if (isPool) {
    const place = arn ?? at.at("arn");
    const name = at.optional("name")?.text() ?? nameOfArn(place.text());
    const authorizer = { ...ofPool(place, { name, ttlSeconds }), ...readPoolChecks(at) };
    return { authorizerId: book.add(authorizer, at), ...readScopes(at, "COGNITO_USER_POOLS") };
  }
  if (at.optional("scopes") !== undefined) {
    at.at("scopes").refuse("left out", { hint: "Only authorizers of user pools look at scopes." });
  }
  return { authorizerId: book.add(ofFunction(at, { type, ttlSeconds, table }), at) };
}

function ofFunction(
  at: Cursor,
  of: {
    readonly type: AuthorizerType | undefined;
    readonly ttlSeconds: number;
    readonly table: FunctionTable;
  },
): Omit<LambdaAuthorizer, "id"> {
  const type = of.type === "REQUEST" ? "REQUEST" : "TOKEN";
  const functionKey = readTarget(at, of.table);
  const validation = type === "TOKEN" ? readValidation(at) : undefined;
  return {
    name: at.optional("name")?.text() ?? functionKey,
    type,
    functionKey,
    identitySources: readSources(at, type, of.ttlSeconds),
    ttlSeconds: of.ttlSeconds,
    ...(validation !== undefined && { identityValidation: validation }),
  };
}

function ofPool(
  arn: Cursor,
  of: { readonly name: string; readonly ttlSeconds: number },
): Omit<CognitoAuthorizer, "id"> {
  return {
    name: of.name,
    type: "COGNITO_USER_POOLS",
    userPoolIds: [userPoolOfArn(arn)],
    identitySources: [toIdentitySource(defaultSource, "method.request", arn)],
    ttlSeconds: of.ttlSeconds,
  };
}

function readPoolChecks(
  at: Cursor,
): Partial<Pick<CognitoAuthorizer, "identitySources" | "identityValidation">> {
  const validation = readValidation(at);
  return {
    identitySources: readSources(at, "TOKEN", 0),
    ...(validation !== undefined && { identityValidation: validation }),
  };
}

/** An authorizer that `resources:` declares. */
function ofResource(at: Cursor, book: AuthorizerBook): string {
  const id = at.text();
  if (book.find(id) !== undefined) return id;
  const known = [...book.authorizers, ...book.cognito].map(({ name }) => name);
  throw failures.create("AUTHORIZER_UNKNOWN", { ...at.place, name: id.slice(0, 80), known });
}

function readScopes(at: Cursor, type: AuthorizerType | undefined): Pick<Guard, "authorizationScopes"> {
  const scopes = at.optional("scopes");
  if (scopes === undefined) return {};
  if (type !== "COGNITO_USER_POOLS") scopes.refuse("left out, as only user pools know scopes");
  return { authorizationScopes: scopes.texts() };
}

function readType(at: Cursor): AuthorizerType | undefined {
  const written = at.optional("type");
  if (written === undefined) {
    return at.at("type").isWritten ? at.at("type").refuse("token or request") : undefined;
  }
  const name = written.text().toUpperCase();
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

/** What the framework calls an authorizer that only has an ARN. */
function nameOfArn(arn: string): string {
  return arn.split(":").at(-1)?.split("-").at(-1) ?? arn;
}

function readTarget(at: Cursor, table: FunctionTable): string {
  const arn = at.optional("arn");
  if (arn !== undefined) return functionKeyOfArn(arn, table.functions);
  const name = at.at("name");
  return named(name.text({ expected: "the name of a function" }), table.byKey, name).key;
}

function readSources(
  at: Cursor,
  type: "TOKEN" | "REQUEST",
  ttlSeconds: number,
): LambdaAuthorizer["identitySources"] {
  const place = at.at("identitySource");
  if (!place.isGiven && type === "REQUEST" && ttlSeconds === 0) return [];
  return readIdentitySources(place, type);
}

/** Sources with commas between them, as REST APIs write them. */
export function readIdentitySources(
  place: Cursor,
  type: "TOKEN" | "REQUEST",
): LambdaAuthorizer["identitySources"] {
  const texts = place.isGiven ? place.text().split(",") : [defaultSource];
  const sources = texts.map((text) => toIdentitySource(text.trim(), "method.request", place));
  if (type === "TOKEN" && (sources.length !== 1 || sources[0]?.from !== "header")) {
    return place.refuse("one header, as a token authorizer looks at nothing else");
  }
  return sources;
}

function readValidation(at: Cursor): string | undefined {
  const place = at.optional("identityValidationExpression");
  return place && readPattern(place);
}

/** A regular expression that can be compiled. */
export function readPattern(place: Cursor): string {
  const pattern = place.text();
  try {
    RegExp(pattern);
    return pattern;
  } catch {
    return place.refuse("a regular expression");
  }
}
