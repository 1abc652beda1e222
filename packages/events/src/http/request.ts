// The request that a handler sees: a lazy view of the event, with validated parts in place of raw ones.
import { takesLargeResults } from "@gatewright/contract";
import {
  budgetMs,
  remainingMs,
  startBudget,
  stopBudget,
  type LambdaTime,
  type TimeOver,
  type Watched,
} from "../time-budget.ts";
import { RequestBody } from "./body.ts";
import { readCookies, type Cookies } from "./cookies.ts";
import type { AnyHttpEvent, Dialect } from "./dialects/dialect.ts";
import type { HeaderView } from "./headers.ts";
import type { QueryParameters } from "./query.ts";
import type { StreamingMode } from "./streaming-mode.ts";

/** The parts of a request that a route can give another type. */
export type RequestPart = "path" | "query" | "headers" | "body" | "auth";

/** What the parts are without a schema. */
export interface RawParts {
  readonly path: Readonly<Record<string, string>>;
  readonly query: QueryParameters;
  readonly headers: HeaderView;
  readonly body: RequestBody;
  readonly auth: unknown;
}

type PartOf<Parts, Name extends RequestPart> = Parts extends { readonly [Key in Name]: infer Value }
  ? Value
  : RawParts[Name];

/**
 * One request, whatever kind of event brought it.
 *
 * `Parts` names the parts that are typed: `HttpRequest<{ path: { room: string }; auth: ChatUser }>`.
 * Everything is read from the event when it is first asked for, and once.
 */
export interface HttpRequest<Parts extends { readonly [Name in RequestPart]?: unknown } = object> {
  /** In upper case. */
  readonly method: string;
  /** The route that was chosen, as it was written in the table. */
  readonly route: string;
  /** Path parameters, decoded; or what the schema made of them. */
  readonly path: PartOf<Parts, "path">;
  /** Query parameters, decoded, repeats as a list; or what the schema made of them. */
  readonly query: PartOf<Parts, "query">;
  /** Headers by case-blind name; or what the schema made of them (it is given lower-case names). */
  readonly headers: PartOf<Parts, "headers">;
  readonly cookies: Cookies;
  /** The body as it was sent; or what the schema made of its decoded value. */
  readonly body: PartOf<Parts, "body">;
  /** What the authorizer said about the caller; `undefined` where none ran. */
  readonly auth: PartOf<Parts, "auth">;
  readonly sourceIp: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string | undefined>>;
  readonly requestId: string;
  /** Milliseconds until Lambda ends the function; `Infinity` outside Lambda. */
  timeLeft(): number;
  /** Aborted shortly before the other side gives up, or Lambda ends the function. */
  readonly signal: AbortSignal;
  /** The event as it came. */
  readonly raw: AnyHttpEvent;
}

/** What a Lambda context tells a request. */
export interface RequestContext extends LambdaTime {
  readonly awsRequestId?: string;
  readonly [takesLargeResults]?: boolean;
}

/** How a table or a route reads its requests. */
export interface RequestOptions {
  /** How answers are streamed, if they are. */
  readonly mode: StreamingMode | undefined;
  /** What stands before the paths of the table. */
  readonly basePath?: string | undefined;
}

const unread = Symbol("unread");

/** The one implementation of {@link HttpRequest}. */
export class IncomingRequest implements HttpRequest {
  readonly raw: AnyHttpEvent;
  readonly dialect: Dialect<AnyHttpEvent>;
  readonly method: string;
  route = "";
  path: Readonly<Record<string, string>> = {};
  readonly #context: RequestContext | undefined;
  readonly #options: RequestOptions;
  readonly #headerView: HeaderView;
  #query: unknown = unread;
  #headers: unknown = unread;
  #body: unknown = unread;
  #auth: unknown = unread;
  #cookies: Cookies | undefined;
  #controller: AbortController | undefined;
  #over: TimeOver | undefined;
  #watched: Watched;
  /** Whether somebody else calls {@link expire} when the time of this request is over. */
  isWatched = false;

  constructor(
    event: AnyHttpEvent,
    dialect: Dialect<AnyHttpEvent>,
    context: RequestContext | undefined,
    options: RequestOptions,
  ) {
    options.mode?.assertTakes(dialect.kind);
    this.raw = event;
    this.dialect = dialect;
    this.method = dialect.method(event);
    this.#context = context;
    this.#options = options;
    this.#headerView = dialect.headers(event);
  }

  get query(): QueryParameters {
    if (this.#query === unread) this.#query = this.dialect.query(this.raw);
    return this.#query as QueryParameters; // raw here; a schema's value has the type of the route
  }

  get headers(): HeaderView {
    return (this.#headers === unread ? this.#headerView : this.#headers) as HeaderView; // as above
  }

  get body(): RequestBody {
    if (this.#body === unread) this.#body = new RequestBody(this.raw, this.#headerView);
    return this.#body as RequestBody; // as above
  }

  get auth(): unknown {
    if (this.#auth === unread) this.#auth = this.dialect.auth(this.raw);
    return this.#auth;
  }

  get cookies(): Cookies {
    return (this.#cookies ??= readCookies(this.dialect.cookies(this.raw)));
  }

  get sourceIp(): string {
    return this.dialect.sourceIp(this.raw);
  }

  get stage(): string {
    return this.dialect.stage(this.raw);
  }

  get stageVariables(): Readonly<Record<string, string | undefined>> {
    return (this.dialect.stageVariables(this.raw) ?? {}) as Record<string, string>; // AWS sends strings only
  }

  get requestId(): string {
    const id: unknown = this.dialect.requestId(this.raw) ?? this.#context?.awsRequestId;
    return typeof id === "string" ? id : "unknown";
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over !== undefined) this.#controller.abort(this.#over);
      else if (!this.isWatched) this.#watched = startBudget(this.budgetMs(), (over) => this.expire(over));
    }
    return this.#controller.signal;
  }

  timeLeft(): number {
    return remainingMs(this.#context) ?? Infinity;
  }

  /** The path of the event without stage and base path, encoded as the dialect says. */
  get ownPath(): string {
    const path = this.dialect.path(this.raw);
    const { basePath } = this.#options;
    if (basePath === undefined || !path.startsWith(basePath)) return path;
    const rest = path.slice(basePath.length);
    return rest === "" ? "/" : rest.startsWith("/") ? rest : path;
  }

  /** A header as the caller sent it, also where a schema has replaced `headers`. */
  sentHeader(name: string): string | undefined {
    return this.#headerView.get(name);
  }

  /** All headers as the caller sent them, with lower-case names. */
  sentHeaders(): Record<string, string> {
    return this.#headerView.toObject();
  }

  /** Puts a validated value in the place of a raw one. */
  replace(part: "path" | "query" | "headers" | "body", value: unknown): void {
    if (part === "body") this.#body = value;
    else if (part === "query") this.#query = value;
    else if (part === "headers") this.#headers = value;
    else this.path = value as Readonly<Record<string, string>>; // as the getters above
  }

  /** Whether a middleware around the table makes results fit that Lambda could not return. */
  get mayBeLarge(): boolean {
    return this.#context?.[takesLargeResults] === true;
  }

  /** Milliseconds that a handler has for this request. */
  budgetMs(): number {
    return budgetMs(this.#context, this.#options.mode?.waitsMs ?? this.dialect.waitsMs);
  }

  /** Says that the time is over. */
  expire(over: TimeOver): void {
    this.#over = over;
    this.#controller?.abort(over);
  }

  /** Stops watching the time: the request has been answered. */
  close(): void {
    stopBudget(this.#watched);
  }
}
