// Who may call the routes of an HTTP API: `provider.httpApi.authorizers`, and `authorizer` of `httpApi` events.
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type { HttpRoute } from "../model/http-api.ts";
import {
  functionKeyOfArn,
  toIdentitySource,
  writtenAuthorizer,
  type AuthorizerBook,
  type NamedAuthorizer,
} from "./authorizers.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import { named } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";

/** What a route says of its callers. */
type Guard = Pick<HttpRoute, "authorizerId" | "iam" | "authorizationScopes">;

/** Reads who may call one route. @throws `AUTHORIZER_UNKNOWN`, `NOT_SUPPORTED` */
export function readRouteAuthorizer(
  event: Cursor,
  authorizers: ReadonlyMap<string, string>,
  book: AuthorizerBook,
): Guard {
  if (event.isText) return {};
  const at = writtenAuthorizer(event);
  if (at === undefined) return {};
  if (at.isText) return { authorizerId: named(at.text(), authorizers, at) };
  const type = at.optional("type")?.oneOf(["request", "jwt", "aws_iam"]);
  const declared = at.optional("id");
  const scopes = at.optional("scopes");
  if (type === "aws_iam") {
    for (const key of ["id", "name", "scopes"]) {
      at.optional(key)?.refuse("left out, as nothing else can stand beside type: aws_iam");
    }
    return { iam: true };
  }
  const authorizerId =
    declared === undefined ? named(at.at("name").text(), authorizers, at.at("name")) : declared.text();
  const authorizer = book.find(authorizerId);
  if (authorizer === undefined) return declared?.notSupported("an authorizer of another API") ?? {};
  if (type !== undefined && (type === "jwt") !== (authorizer.type === "JWT")) {
    at.at("type").refuse(
      `the type of ${authorizer.name}, which is ${authorizer.type === "JWT" ? "jwt" : "request"}`,
    );
  }
  if (scopes !== undefined && authorizer.type !== "JWT") {
    scopes.refuse("left out", { hint: "Only JWT authorizers look at scopes." });
  }
  return { authorizerId, ...(scopes !== undefined && { authorizationScopes: scopes.texts() }) };
}

/** Reads one of `provider.httpApi.authorizers`. @throws `AUTHORIZER_UNKNOWN` */
export function readAuthorizer(key: string, at: Cursor, table: FunctionTable): NamedAuthorizer {
  return readType(at) === "jwt" ? readJwtAuthorizer(key, at) : readLambdaAuthorizer(key, at, table);
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
function readJwtAuthorizer(key: string, at: Cursor): NamedAuthorizer {
  const sources = readSources(at.at("identitySource"));
  if (sources.length !== 1) at.at("identitySource").refuse("one place, as in $request.header.Authorization");
  return {
    name: at.optional("name")?.text() ?? key,
    type: "JWT",
    issuer: at
      .at("issuerUrl")
      .matching(/^https?:\/\/\S+$/, "the issuer's address, as its tokens have it in iss"),
    audience: at.at("audience").texts(),
    identitySources: sources,
  };
}

function readLambdaAuthorizer(key: string, at: Cursor, table: FunctionTable): NamedAuthorizer {
  const target = readTarget(at, table);
  const payloadVersion = at.optional("payloadVersion")?.oneOf(["1.0", "2.0"]) ?? "2.0";
  const simple = at.optional("enableSimpleResponses");
  const simpleResponses = simple?.flag() ?? false;
  if (simpleResponses && payloadVersion === "1.0")
    simple?.refuse("false, as payload 1.0 knows only policies");
  const sources = at.optional("identitySource");
  const ttl = at.optional("resultTtlInSeconds");
  const ttlSeconds = ttl?.number({ min: 0, max: 3600 }) ?? 0;
  if (ttlSeconds > 0 && sources === undefined) {
    ttl?.refuse("0, as there is no identitySource", {
      hint: "Results are kept by the values of the identity sources.",
    });
  }
  at.at("managedExternally").skip();
  return {
    name: at.optional("name")?.text() ?? key,
    type: "REQUEST",
    functionKey: target,
    identitySources: readSources(sources),
    ttlSeconds,
    payloadVersion,
    simpleResponses,
  };
}

function readType(at: Cursor): "jwt" | "request" {
  const type = at.optional("type");
  if (type === undefined) return "jwt";
  const name = type.text().toLowerCase();
  if (name === "jwt" || name === "request") return name;
  const known = ["jwt", "request"];
  throw failures.create("AUTHORIZER_UNKNOWN", {
    ...type.place,
    name: name.slice(0, 80),
    known,
    closest: closest(name, known),
  });
}

function readTarget(at: Cursor, table: FunctionTable): string {
  const arn = at.optional("functionArn");
  const name = at.optional("functionName");
  if (arn !== undefined && name !== undefined) at.refuse("a map with functionName or functionArn, not both");
  if (arn !== undefined) return functionKeyOfArn(arn, table.functions);
  const place = at.at("functionName");
  return named(place.text({ expected: "the name of a function" }), table.byKey, place).key;
}

function readSources(at: Cursor | undefined): LambdaAuthorizer["identitySources"] {
  if (at === undefined) return [];
  if (at.isList) return at.items().map((item) => toIdentitySource(item.text(), "$request", item));
  return at
    .text()
    .split(",")
    .map((text) => toIdentitySource(text.trim(), "$request", at));
}
