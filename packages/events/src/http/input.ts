// What a route wants to be given: schemas for its parts, checked before the handler runs.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { failures } from "../failures.ts";
import { refusal, type FieldError } from "../http-error.ts";
import { isSchema, toFieldErrors, type Verdict } from "../validate.ts";
import { decodeBody, type BodyFormat } from "./body.ts";
import type { ReplySchemas } from "./replies.ts";
import type { HttpRequest, IncomingRequest } from "./request.ts";
import type { PathParameters } from "./route-path.ts";

/** Schemas for the parts of a request, of any library that follows Standard Schema. */
export interface RouteInput {
  readonly path?: StandardSchemaV1;
  /** Given a string for each name, a list for repeated names. */
  readonly query?: StandardSchemaV1;
  /** Given the headers with lower-case names. */
  readonly headers?: StandardSchemaV1;
  /** Given the decoded body; `undefined` when nothing was sent. */
  readonly body?: StandardSchemaV1;
  /** How the body is decoded for its schema; other content types are answered with 415. @default "json" */
  readonly bodyAs?: BodyFormat;
  /** Most bytes that a body may have; a larger one is answered with 413. @default what API Gateway and Lambda take */
  readonly bodyLimit?: number;
  /** Schemas for what is answered, by status: they type the handler's answer and check it. Errors are not named. */
  readonly replies?: ReplySchemas;
}

type Outputs<Input> = {
  readonly [
    Name in keyof Input & ("path" | "query" | "headers" | "body")
  ]: Input[Name] extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Input[Name]> : never;
};

/** The request of a route: its path string and its schemas say what is in it. */
export type RouteRequest<Key extends string, Input, Auth> = HttpRequest<
  Omit<{ readonly path: PathParameters<Key>; readonly auth: Auth }, keyof Outputs<Input>> & Outputs<Input>
>;

type Part = "path" | "query" | "headers" | "body";

/** A compiled check of one part. */
interface Check {
  readonly part: Part;
  readonly schema: StandardSchemaV1;
}

/** Checks what a route wants, in the order path, query, headers, body. */
export class InputCheck {
  readonly #checks: readonly Check[];
  readonly #format: BodyFormat;
  readonly #limit: number;

  /** @throws `SCHEMA_INVALID` for something that is no schema. */
  constructor(route: string, input: RouteInput) {
    this.#format = input.bodyAs ?? "json";
    this.#limit = input.bodyLimit ?? Infinity;
    this.#checks = parts.flatMap((part) => {
      const schema: unknown = input[part];
      if (schema === undefined) return [];
      if (!isSchema(schema)) throw failures.create("SCHEMA_INVALID", { route, part });
      return [{ part, schema }];
    });
  }

  /**
   * Replaces raw parts by validated ones. Every part is looked at, so that the caller hears of all mistakes at once.
   *
   * @returns a promise only where a schema or the body needs one.
   * @throws {HttpError} 400 with what is wrong; 413 for too much; 415 and 422 as the body's reading says.
   */
  run(request: IncomingRequest): Promise<void> | undefined {
    const errors: FieldError[] = [];
    if (this.#limit !== Infinity) assertWithin(this.#limit, request);
    for (let at = 0; at < this.#checks.length; at += 1) {
      const check = this.#checks[at] as Check; // inside the bounds
      const verdict = this.#judge(check, request);
      if (verdict instanceof Promise) return this.#finish(at, verdict, request, errors);
      settle(check.part, verdict, request, errors);
    }
    assertNone(errors);
    return undefined;
  }

  async #finish(
    from: number,
    first: Promise<Verdict>,
    request: IncomingRequest,
    errors: FieldError[],
  ): Promise<void> {
    let verdict: Verdict | Promise<Verdict> = first;
    for (let at = from; at < this.#checks.length; at += 1) {
      const check = this.#checks[at] as Check; // inside the bounds
      if (at !== from) verdict = this.#judge(check, request);
      settle(check.part, await verdict, request, errors);
    }
    assertNone(errors);
  }

  #judge({ part, schema }: Check, request: IncomingRequest): Verdict | Promise<Verdict> {
    const value = this.#raw(part, request);
    if (!(value instanceof Promise)) return schema["~standard"].validate(value);
    return value.then((decoded) => schema["~standard"].validate(decoded));
  }

  #raw(part: Part, request: IncomingRequest): unknown {
    if (part === "body") return decodeBody(request.body, this.#format);
    return part === "headers" ? request.sentHeaders() : request[part];
  }
}

const parts: readonly Part[] = ["path", "query", "headers", "body"];

function settle(part: Part, verdict: Verdict, request: IncomingRequest, errors: FieldError[]): void {
  if (verdict.issues === undefined) request.replace(part, verdict.value);
  else errors.push(...toFieldErrors(part, verdict.issues));
}

function assertWithin(limit: number, request: IncomingRequest): void {
  if (request.body.size > limit) throw refusal(413, `This route takes bodies of at most ${limit} bytes.`);
}

function assertNone(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const what = errors.length === 1 ? "One thing is" : `${errors.length} things are`;
  throw refusal(400, `${what} wrong with the request.`, { errors });
}
