// Selection expressions: texts with variables in them, compiled once, that give the key of a route, a model or a template.

/** What a selection can look at. */
export interface SelectionScope {
  /** The client's message. */
  readonly message: string;
  /** What the integration answered, once it has. */
  readonly reply?: {
    readonly status: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: { toString(encoding: "utf8"): string };
  };
}

/** Gives a key; `undefined` where it asks for a body that is not JSON. Never throws. */
export type Selection = (scope: SelectionScope) => string | undefined;

/** Which variables an expression may have. */
export type SelectionPlace = "message" | "message and reply";

type Part =
  | { readonly text: string }
  | { readonly of: "message" | "reply"; readonly path: readonly string[] }
  | { readonly status: true }
  | { readonly header: string; readonly all: boolean };

/**
 * Compiles an expression. `refuse` makes the error for one that cannot be used.
 *
 * `$request.body.x.y`, `${request.body.a}/${request.body.b}` and plain text are understood; `\$` is a dollar. A missing
 * path gives an empty string, other values than strings are written as JSON. Where there is a reply,
 * `$integration.response.statuscode`, `….header.X`, `….multivalueheader.X` and `….body.x` are understood too.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function compileExpression(
  expression: string,
  { place, refuse }: { readonly place: SelectionPlace; readonly refuse: (why: string) => Error },
): Selection {
  const parts = readParts(expression, place, refuse);
  if (parts.every((part) => "text" in part)) {
    const key = parts.map((part) => part.text).join("");
    return () => key;
  }
  const [only, ...others] = parts;
  if (only && "of" in only && only.of === "message" && others.length === 0) {
    return ({ message }) => readKey(message, only.path); // as nearly everybody writes it
  }
  const looksAt = (side: "message" | "reply") => parts.some((part) => "of" in part && part.of === side);
  const [looksAtMessage, looksAtReply] = [looksAt("message"), looksAt("reply")];
  return ({ message, reply }) => {
    try {
      const bodies = {
        message: looksAtMessage ? (JSON.parse(message) as unknown) : undefined,
        reply: looksAtReply ? (JSON.parse(reply?.body.toString("utf8") ?? "") as unknown) : undefined,
      };
      return parts.map((part) => toKey(take(part, bodies, reply))).join("");
    } catch {
      return undefined; // not JSON, or nested deeper than can be written out again
    }
  };
}

function readKey(message: string, path: readonly string[]): string | undefined {
  try {
    return toKey(follow(JSON.parse(message), path));
  } catch {
    return undefined; // not JSON, or nested deeper than can be written out again
  }
}

const pieces = /\\\$|\$\{([^}]*)\}|\$([A-Za-z](?:[\w.-]|\[[^\]]*\])*)|\$|[^\\$]+|\\/g;

function readParts(
  expression: string,
  place: SelectionPlace,
  refuse: (why: string) => Error,
): readonly Part[] {
  if (expression === "") throw refuse("it is empty");
  return Array.from(expression.matchAll(pieces), ([piece, braced, bare]): Part => {
    if (piece === "\\$") return { text: "$" };
    if (piece === "$") throw refuse("a $ starts no variable (a dollar of its own is written \\$)");
    const variable = braced ?? bare;
    if (variable === undefined) return { text: piece };
    const part = readVariable(variable, place);
    if (part) return part;
    const known = place === "message" ? "a path into the body of a message" : "known here";
    throw refuse(`the variable $${variable} is not ${known}`);
  });
}

function readVariable(variable: string, place: SelectionPlace): Part | undefined {
  const inMessage = readPath(variable, "request.body");
  if (inMessage) return { of: "message", path: inMessage };
  if (place === "message") return undefined;
  if (variable === "integration.response.statuscode") return { status: true };
  const [, many, header] =
    /^integration\.response\.(multivalue)?header\.([A-Za-z0-9._$-]+)$/.exec(variable) ?? [];
  if (header !== undefined) return { header: header.toLowerCase(), all: many !== undefined };
  const inReply = readPath(variable, "integration.response.body");
  return inReply && { of: "reply", path: inReply };
}

/** Reads `request.body.a.b[0]['c']` as its steps below the body. */
function readPath(variable: string, root: string): readonly string[] | undefined {
  if (!variable.startsWith(root)) return undefined;
  const below = variable.slice(root.length);
  if (!/^(?:\.[^.[\]'"]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*$/.test(below)) return undefined;
  const steps = below.matchAll(/\.([^.[\]'"]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g);
  return Array.from(steps, ([, name, index, single, double]) => name ?? index ?? single ?? double ?? "");
}

function take(
  part: Part,
  bodies: { readonly message: unknown; readonly reply: unknown },
  reply: SelectionScope["reply"],
): unknown {
  if ("text" in part) return part.text;
  if ("of" in part) return follow(bodies[part.of], part.path);
  if ("status" in part) return reply && String(reply.status);
  const values = (reply?.headers ?? []).flatMap(([name, value]) =>
    name.toLowerCase() === part.header ? [value] : [],
  );
  return part.all ? values.join(",") : values.at(-1);
}

function follow(body: unknown, path: readonly string[]): unknown {
  let value = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(step)) return undefined; // no `length`
    value = (value as Record<string, unknown>)[step]; // an own property, as just seen
  }
  return value;
}

function toKey(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
