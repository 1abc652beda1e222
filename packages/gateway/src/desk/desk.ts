// `/_gatewright/…`: what a running gateway tells and lets be changed, for its developer's eyes only.
import { isFailure } from "@gatewright/contract";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "../invoke/application.ts";
import { judgeVisitor } from "./guard.ts";

/** A request to the desk. */
export interface Visit {
  readonly query: URLSearchParams;
  /** Whether the answer should be of this type, by `?format=` or `Accept`. */
  readonly wants: (format: "json" | "csv") => boolean;
  readonly body: string;
}

/** What a visit gets: text as it is, anything else as JSON. */
export type Told = { readonly type: string; readonly text: string } | { readonly json: unknown };

/** What the desk can be asked for, by verb and name: `GET metrics`. */
export type Topics = Readonly<Record<string, (visit: Visit) => Told | Promise<Told>>>;

const root = "/_gatewright";

/**
 * Puts a desk before an application: requests under `/_gatewright` are answered by it, all others pass, and so does
 * everything on a custom domain.
 *
 * Only this machine is answered, and no page of another site. What fails is told with its code and what to do.
 */
export function withDesk<Application extends HttpApplication>(
  application: Application,
  topics: Topics,
): Application {
  return {
    ...application,
    answer(arrived: ArrivedHttp) {
      if (!arrived.path.startsWith(root) || arrived.mapping) return application.answer(arrived);
      return isDesk(arrived.path) ? answerVisit(arrived, topics) : application.answer(arrived);
    },
  };
}

/** A desk with no application behind it. */
export function deskAlone(topics: Topics): HttpApplication {
  const none = { status: 404, headers: [], body: Buffer.alloc(0) };
  return withDesk({ answer: () => Promise.resolve(none), tooLarge: () => none }, topics);
}

function isDesk(path: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

async function answerVisit(arrived: ArrivedHttp, topics: Topics): Promise<HttpAnswer> {
  const why = judgeVisitor(arrived);
  if (why !== undefined) return toAnswer(403, { json: { message: why } });
  const name = arrived.path.slice(root.length + 1);
  if (name === "") return toAnswer(200, { json: { topics: Object.keys(topics) } });
  const key = `${arrived.method} ${name}`;
  const topic = Object.hasOwn(topics, key) ? topics[key] : undefined;
  if (!topic) return toAnswer(404, { json: { message: `There is no ${key}.`, topics: Object.keys(topics) } });
  try {
    return toAnswer(200, await topic(toVisit(arrived)));
  } catch (error) {
    if (!isFailure(error)) throw error;
    return toAnswer(400, { json: { code: error.code, message: error.message } });
  }
}

function toVisit({ query, headers, body }: ArrivedHttp): Visit {
  const asked = new URLSearchParams(query);
  const format = asked.get("format");
  const accept = headers.findLast(([name]) => name.toLowerCase() === "accept")?.[1] ?? "";
  const types = { json: "application/json", csv: "text/csv" };
  return {
    query: asked,
    wants: (one) => (format === null ? accept.includes(types[one]) : format === one),
    body: body.toString("utf8"),
  };
}

function toAnswer(status: number, told: Told): HttpAnswer {
  const isText = "text" in told;
  const text = isText ? told.text : `${JSON.stringify(told.json, undefined, 2)}\n`;
  return {
    status,
    headers: [
      ["Content-Type", isText ? told.type : "application/json"],
      ["Cache-Control", "no-store"],
      ["X-Content-Type-Options", "nosniff"],
    ],
    body: Buffer.from(text),
  };
}
