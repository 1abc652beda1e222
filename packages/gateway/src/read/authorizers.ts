// Lambda authorizers of any API: whom they ask, what they look at, and that one name means one thing.
import { failures } from "../failures.ts";
import type {
  CognitoAuthorizer,
  IdentitySource,
  JwtAuthorizer,
  LambdaAuthorizer,
} from "../model/authorizer.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";

/** An authorizer of any kind. */
type Authorizer = LambdaAuthorizer | CognitoAuthorizer | JwtAuthorizer;

/** Who may call a method or route; everybody where it says nothing. */
export interface Guard {
  readonly authorizerId?: string;
  /** Callers sign their requests (SigV4). Never beside `authorizerId`. */
  readonly iam?: boolean;
  readonly authorizationScopes?: readonly string[];
}

/** What CloudFormation calls a way to authorize. */
type AuthorizationType = "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS" | "JWT";

/** What a reader says of an authorizer. */
export type NamedAuthorizer =
  | Omit<LambdaAuthorizer, "id">
  | Omit<CognitoAuthorizer, "id">
  | Omit<JwtAuthorizer, "id">;

/** The authorizers of one API as its routes name them. */
export interface AuthorizerBook {
  readonly authorizers: LambdaAuthorizer[];
  readonly cognito: CognitoAuthorizer[];
  readonly jwt: JwtAuthorizer[];
  /** Gives the id. @throws `AUTHORIZER_CONFLICT` where the name already means something else. */
  add(authorizer: NamedAuthorizer, at: Cursor): string;
  /** Any of the three kinds. */
  find(id: string): Authorizer | undefined;
}

/** The id that an authorizer of a name gets. */
export function authorizerId(
  api: "restApi" | "httpApi" | "websocketApi",
  name: string,
  names: Names,
): string {
  return names.id(6, api, "authorizer", name);
}

/** Begins the list of one API's authorizers. */
export function createAuthorizerBook(
  api: "restApi" | "httpApi" | "websocketApi",
  names: Names,
): AuthorizerBook {
  const book = {
    authorizers: [] as LambdaAuthorizer[],
    cognito: [] as CognitoAuthorizer[],
    jwt: [] as JwtAuthorizer[],
  };
  const places = new Map<string, string>();
  const all = (): Authorizer[] => [...book.authorizers, ...book.cognito, ...book.jwt];
  const find = (id: string): Authorizer | undefined => all().find((other) => other.id === id);
  return {
    ...book,
    find,
    add(authorizer, at) {
      const id = authorizerId(api, authorizer.name, names);
      const whole: Authorizer = { id, ...authorizer };
      const before = find(id);
      if (before === undefined) {
        if (whole.type === "JWT") book.jwt.push(whole);
        else if (whole.type === "COGNITO_USER_POOLS") book.cognito.push(whole);
        else book.authorizers.push(whole);
        places.set(id, at.path);
      } else if (JSON.stringify(before) !== JSON.stringify(whole)) {
        const first = places.get(id) ?? "";
        throw failures.create("AUTHORIZER_CONFLICT", { ...at.place, name: authorizer.name, first });
      }
      return id;
    },
  };
}

/** The function that an ARN names. @throws `AUTHORIZER_UNKNOWN` where it is not of this definition. */
export function functionOfArn(at: Cursor, functions: readonly LambdaFunction[]): LambdaFunction {
  const arn = at.matching(/^arn:/, "an ARN");
  const name = /^arn:aws[\w-]*:lambda:[^:]*:[^:]*:function:([^:]+)(?::[^:]+)?$/.exec(arn)?.[1];
  const found = functions.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw failures.create("AUTHORIZER_UNKNOWN", {
    ...at.place,
    name: name ?? arn.slice(0, 120),
    known: functions.map((candidate) => candidate.name),
  });
}

/** The key of that function, or the ARN itself where a stage variable names it: each stage then fills it in. */
export function functionKeyOfArn(at: Cursor, functions: readonly LambdaFunction[]): string {
  return at.isText && namesByVariable(at.text()) ? at.text() : functionOfArn(at, functions).key;
}

/** Whether a function's ARN has its name from a stage variable; a version or an alias may come from one anyway. */
export function namesByVariable(arn: string): boolean {
  return /^(?:arn:[^:]+:lambda:[^:]*:[^:]*:function:)?[^:]*\$\{stageVariables\.\w+\}/.test(arn);
}

/** Whether an ARN is that of a user pool. */
export function isUserPoolArn(arn: string): boolean {
  return /^arn:[^:]+:cognito-idp:/.test(arn);
}

/** The id of the user pool that an ARN names, with stage variables in it as they are written. */
export function userPoolOfArn(at: Cursor): string {
  const pool =
    /^arn:[^:]+:cognito-idp:[^:]*:[^:]*:userpool\/([\w-]+_\w+|[\w-]*\$\{stageVariables\.\w+\}\w*)$/.exec(
      at.text(),
    )?.[1];
  return pool ?? at.refuse("the ARN of a user pool, as in !GetAtt UserPool.Arn");
}

/** How an API spells the places of a request. */
export type SourceSpelling = "method.request" | "$request" | "route.request";

/** Reads one identity source, as in `method.request.header.Authorization`. */
export function toIdentitySource(text: string, spelling: SourceSpelling, at: Cursor): IdentitySource {
  const dollar = spelling.startsWith("$") ? "$" : "";
  const inRequest = /^(header|querystring)\.(.+)$/.exec(after(text, `${spelling}.`));
  const elsewhere = /^(stageVariables|context)\.([\w.]+)$/.exec(after(text, dollar));
  const [, from, name] = inRequest ?? elsewhere ?? [];
  const isClean = name !== undefined && /^[!#$%&'*+.^_`|~\w-]+$/.test(name);
  if (
    isClean &&
    (from === "header" || from === "querystring" || from === "stageVariables" || from === "context")
  ) {
    return { from, name };
  }
  return at.refuse(
    `a source such as ${spelling}.header.Authorization, ${spelling}.querystring.token, ${dollar}context.… or ${dollar}stageVariables.…`,
  );
}

/**
 * Reads `AuthorizationType`, `AuthorizerId` and `AuthorizationScopes` over what stood there before: what they leave out
 * stays. `types` are those that the API knows; scopes are read where one of them looks at tokens itself.
 *
 * An authorizer beside the type `NONE`, which is also the type where none was ever written, is refused: AWS would let
 * everybody in.
 */
export function readGuard(
  at: Cursor,
  before: Guard,
  { book, types }: { readonly book: AuthorizerBook; readonly types: readonly AuthorizationType[] },
): Guard {
  const place = at.optional("AuthorizerId");
  const written = at.optional("AuthorizationType")?.oneOf(types);
  const knowsScopes = types.includes("JWT") || types.includes("COGNITO_USER_POOLS");
  const scopes = (knowsScopes && at.optional("AuthorizationScopes")?.texts()) || before.authorizationScopes;
  const type = written ?? typeOf(before, book);
  if (type === "NONE") {
    place?.refuse("left out, as AuthorizationType is NONE");
    return {};
  }
  if (type === "AWS_IAM") {
    place?.skip();
    return { iam: true };
  }
  const authorizerId =
    place?.text() ??
    before.authorizerId ??
    at.at("AuthorizerId").refuse("an authorizer, as in !Ref MyAuthorizer");
  const authorizer =
    book.find(authorizerId) ??
    (place ?? at).refuse("an authorizer of this definition, as in !Ref MyAuthorizer");
  const wanted = authorizationOf(authorizer);
  if (type !== wanted) at.at("AuthorizationType").refuse(`${wanted}, as its authorizer is`);
  return { authorizerId, ...(scopes !== undefined && scopes.length > 0 && { authorizationScopes: scopes }) };
}

function typeOf({ iam, authorizerId }: Guard, book: AuthorizerBook): AuthorizationType {
  if (authorizerId === undefined) return iam === true ? "AWS_IAM" : "NONE";
  const authorizer = book.find(authorizerId);
  return authorizer === undefined ? "CUSTOM" : authorizationOf(authorizer); // one that is not found is refused next
}

function authorizationOf({ type }: Authorizer): AuthorizationType {
  return type === "JWT" || type === "COGNITO_USER_POOLS" ? type : "CUSTOM";
}

function after(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : "";
}

/** Ends the reading where a route has the key `authorizer` and nothing after it. */
export function writtenAuthorizer(event: Cursor): Cursor | undefined {
  const at = event.at("authorizer");
  if (!at.isWritten) return undefined;
  if (at.isText || at.isMap) return at;
  return at.refuse("the name of an authorizer, or a map with its settings", {
    hint: "Indent its settings under it; take the key away if the route is meant to be open.",
  });
}
