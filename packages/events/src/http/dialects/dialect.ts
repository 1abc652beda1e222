// How one kind of event says things, both ways: what a dialect must tell, and what it is given to say.
import type { HttpEvent, HttpResult, RestEvent, RestResult } from "@gatewright/contract";
import type { HeaderView } from "../headers.ts";
import type { QueryParameters } from "../query.ts";
import type { AlbEvent, AlbResult } from "./alb-event.ts";

/** The kinds of event that carry an HTTP request. */
export type HttpEventKind = "rest" | "http-1.0" | "http" | "function-url" | "alb";

/** Any event that carries an HTTP request. */
export type AnyHttpEvent = RestEvent | HttpEvent | AlbEvent;

/** What a function hands back for any of them. */
export type AnyHttpResult = RestResult | HttpResult | AlbResult;

/** An answer ready to be said: names in lower case, the body as text or base64. */
export interface Encoded {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Headers with several lines. */
  readonly lists: Readonly<Record<string, readonly string[]>> | undefined;
  readonly cookies: readonly string[] | undefined;
  readonly body: string;
  readonly base64: boolean;
}

/** One kind of event, read and answered. Nothing here keeps state; every read is a look at the event. */
export interface Dialect<Event> {
  readonly kind: HttpEventKind;
  /** Milliseconds that the other side waits for the function. */
  readonly waitsMs: number;
  /** Whether the path arrives percent-encoded. */
  readonly encodedPath: boolean;
  /** Whether path parameters arrive percent-encoded. */
  readonly encodedParameters: boolean;
  method(event: Event): string;
  /** The path without stage, encoded or not as `encodedPath` says. */
  path(event: Event): string;
  /** The template that the gateway matched, as in `/rooms/{room}`; `undefined` where it matches none. */
  template(event: Event): string | undefined;
  parameters(event: Event): Readonly<Record<string, unknown>> | null | undefined;
  headers(event: Event): HeaderView;
  query(event: Event): QueryParameters;
  /** Lines of cookie pairs. */
  cookies(event: Event): readonly unknown[];
  auth(event: Event): unknown;
  sourceIp(event: Event): string;
  stage(event: Event): string;
  stageVariables(event: Event): Readonly<Record<string, unknown>> | null | undefined;
  requestId(event: Event): string | undefined;
  result(answer: Encoded, event: Event): AnyHttpResult;
}

/** Headers that need several lines each, cookies among them; `undefined` when there are none. */
export function linesOf({ lists, cookies }: Encoded): Record<string, string[]> | undefined {
  if (lists === undefined && cookies === undefined) return undefined;
  const lines: Record<string, string[]> = {};
  for (const name in lists) lines[name] = [...(lists[name] ?? [])];
  if (cookies !== undefined) lines["set-cookie"] = [...cookies];
  return lines;
}

/** A path without the stage that named stages of HTTP APIs put before it. */
export function withoutStage(path: string, stage: unknown): string {
  if (typeof stage !== "string" || stage === "$default" || !path.startsWith(`/${stage}`)) return path;
  const rest = path.slice(stage.length + 1);
  if (rest === "") return "/";
  return rest.startsWith("/") ? rest : path;
}
