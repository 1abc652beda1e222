// What the user's code decides about a caller: in, with what, or out.

/** What travels to the handlers of the API. `undefined` values are left out. */
export type AuthorizerContext = { readonly [name: string]: string | number | boolean | undefined };

/** Let the caller in. */
export interface Allowed<Context extends AuthorizerContext = AuthorizerContext> {
  readonly decision: "allow";
  /** Who calls, in API Gateway's logs and in `requestContext.authorizer.principalId`. */
  readonly principalId: string;
  readonly context: Context;
  /** Everything that this caller may call; `undefined` is the whole stage. */
  readonly routes: readonly string[] | undefined;
  readonly usageIdentifierKey: string | undefined;
}

/** Turn the caller away. */
export interface Denied {
  readonly decision: "deny";
  readonly reason: string | undefined;
}

export type Decision = Allowed | Denied;

/** What {@link allow} is given. */
export interface Grant<Context extends AuthorizerContext> {
  readonly principalId: string;
  /** Strings, finite numbers and booleans; `request.auth` in `@gatewright/events` gives them back as they were. */
  readonly context?: Context;
  /**
   * The *whole* set that this token may call on this stage, not just the call at hand: API Gateway keeps the answer
   * and uses it for other calls. As in `"GET /rooms/*"`, `"* /rooms"`, `"$connect"`; a `*` also crosses slashes.
   *
   * @default the whole stage
   */
  readonly routes?: readonly string[];
  /** The value of the API key that this caller's use is counted on, where the API takes keys from its authorizer. */
  readonly usageIdentifierKey?: string | undefined;
}

/**
 * Lets the caller in.
 *
 * Put no unchecked text into `routes`: a `*` inside would widen them.
 *
 * @example
 * allow({ principalId: claims.sub, context: { name: claims.username }, routes: ["GET /rooms/*", "$connect"] })
 */
export function allow<const Context extends AuthorizerContext = AuthorizerContext>(
  grant: Grant<Context>,
): Allowed<Context> {
  const { principalId, context, routes, usageIdentifierKey } = grant;
  return {
    decision: "allow",
    principalId,
    context: context ?? ({} as Context), // no context was given, so it has no names
    routes,
    usageIdentifierKey,
  };
}

/**
 * Turns the caller away with 403. The reason goes to `onOutcome`, never to the client.
 *
 * Where API Gateway caches the answer, it holds for everything that this token calls until the time is over.
 */
export function deny({ reason }: { readonly reason?: string } = {}): Denied {
  return { decision: "deny", reason };
}
