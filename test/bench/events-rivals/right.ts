// What a right answer is: nothing that answers wrongly is timed.
import { goodBody } from "./events.ts";
import { origin, post, type NewMessage } from "./app.ts";

interface Answer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** What is wrong with an answer; `undefined` when nothing is. */
export function wrongness(workload: string, given: unknown): string | undefined {
  const answer = given as Answer;
  const status = String(answer?.statusCode);
  if (workload.startsWith("error")) {
    return /^4(?:00|22)$/.test(status) ? checkCors(answer) : `status ${status} for malformed JSON`;
  }
  const [wantedStatus, wanted] = workload.startsWith("POST")
    ? ["201", post("general", true, JSON.parse(goodBody) as NewMessage)]
    : ["200", { ok: true }];
  if (status !== wantedStatus) return `status ${status}, not ${wantedStatus}`;
  const text = answer.isBase64Encoded ? Buffer.from(answer.body ?? "", "base64").toString() : answer.body;
  if (text !== JSON.stringify(wanted)) return `body ${String(text).slice(0, 80)}`;
  if (!headerOf(answer, "content-type").startsWith("application/json")) return "content-type";
  return checkCors(answer);
}

function checkCors(answer: Answer): string | undefined {
  if (headerOf(answer, "access-control-allow-origin") !== origin) return "access-control-allow-origin";
  return headerOf(answer, "access-control-allow-credentials") === "true" ? undefined : "allow-credentials";
}

function headerOf({ headers, multiValueHeaders }: Answer, wanted: string): string {
  for (const [name, value] of Object.entries(headers ?? {}))
    if (name.toLowerCase() === wanted) return String(value);
  for (const [name, values] of Object.entries(multiValueHeaders ?? {}))
    if (name.toLowerCase() === wanted) return String(values[0]);
  return "";
}
