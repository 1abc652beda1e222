// What a route answers, by status: typed for its handler, checked before it leaves.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { failures as common } from "../failures.ts";
import { isSchema, toFieldErrors } from "../validate.ts";
import { failures } from "./failures.ts";
import { Reply, toReply } from "./reply.ts";

/** A schema for the body of each status that a route answers; `null` for a status without a body. */
export interface ReplySchemas {
  readonly [status: number]: StandardSchemaV1 | null;
}

type BodyOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : undefined;

type ReplyOf<Schemas> = {
  readonly [Status in keyof Schemas & number]: Reply<Status, BodyOf<Schemas[Status]>>;
}[keyof Schemas & number];

/** A value stands for a 200, nothing for a 204. */
type Short<Schemas> =
  | (Schemas extends { readonly 200: infer Schema extends StandardSchemaV1 } ? BodyOf<Schema> : never)
  | (Schemas extends { readonly 204: null } ? void : never);

/** What a handler may return: whatever it likes, unless the route names its replies. */
export type Answer<Input> = Input extends { readonly replies: infer Schemas }
  ? ReplyOf<Schemas> | Short<Schemas> | Promise<ReplyOf<Schemas> | Short<Schemas>>
  : unknown;

/** Checks what a handler answers. */
export class ReplyCheck {
  readonly #route: string;
  readonly #schemas: ReplySchemas;

  /** @throws `SCHEMA_INVALID` for something that is no schema. */
  constructor(route: string, schemas: ReplySchemas) {
    for (const status in schemas) {
      const schema: unknown = schemas[status];
      if (schema !== null && !isSchema(schema)) {
        throw common.create("SCHEMA_INVALID", { route, part: `replies.${status}` });
      }
    }
    this.#route = route;
    this.#schemas = schemas;
  }

  /**
   * The reply with what its schema made of the body, so that what the schema does not name stays at home.
   * A stream is let through unread.
   *
   * @throws `REPLY_UNDECLARED`, `REPLY_INVALID`
   */
  async run(value: unknown): Promise<Reply> {
    const reply = toReply(await value);
    const { status, kind } = reply;
    const schema = Object.hasOwn(this.#schemas, status) ? this.#schemas[status] : undefined;
    if (schema === undefined) throw failures.create("REPLY_UNDECLARED", { route: this.#route, status });
    if (kind === "stream") return reply;
    if (schema === null) {
      if (reply.kind === "none") return reply;
      throw this.#invalid(status, "it has a body");
    }
    const verdict = await schema["~standard"].validate(reply.body);
    if (verdict.issues === undefined) return reply.with({ body: verdict.value });
    const wrong = toFieldErrors("body", verdict.issues);
    throw this.#invalid(status, wrong.map(({ path, message }) => `${path} ${message}`).join("; "));
  }

  #invalid(status: number, where: string): Error {
    return failures.create("REPLY_INVALID", { route: this.#route, status, where });
  }
}
