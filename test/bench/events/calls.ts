// The calls that are measured and checked, and what must come back.
import { isDeepStrictEqual } from "node:util";
import type { Context } from "aws-lambda";
import { pageOrigin, type Event, type Result } from "./application.ts";
import { httpEvent, restEvent, type Asked } from "./gateway-events.ts";

/** What is measured: a POST with a body of 500 bytes, a GET that does nothing, and a body that is no JSON. */
const workloads = ["post", "health", "malformed"] as const;
/** What is only checked: a body that is no message, and a path that leads nowhere. */
const probes = ["invalid", "unknown"] as const;
const payloads = ["v2", "v1"] as const;

export type Payload = (typeof payloads)[number];
type Kind = (typeof workloads)[number] | (typeof probes)[number];
/** As in `post-v2`. */
export type CallName = `${Kind}-${Payload}`;

export const measuredCalls = payloads.flatMap((payload) =>
  workloads.map((kind) => `${kind}-${payload}` as const),
);
const checkedCalls = payloads.flatMap((payload) => probes.map((kind) => `${kind}-${payload}` as const));
export const allCalls: readonly CallName[] = [...measuredCalls, ...checkedCalls];

/** One call, and what is right as its answer. */
interface Expected {
  readonly asked: Asked;
  readonly statuses: readonly number[];
  readonly type: "application/json" | "application/problem+json";
  /** What the body must hold; a problem says more. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const message = {
  text: "",
  tags: ["travel", "photos", "2026"],
  mentions: ["grace", "alan"],
  replyTo: "m-0a1b2c3d4e5f",
  files: [
    { id: "f-7c1d20e9a4b3", name: "harbour.jpg", type: "image/jpeg", size: 1_482_113 },
    { id: "f-19b84e6ac0d2", name: "timetable.pdf", type: "application/pdf", size: 90_412 },
  ],
};
const room = 500 - JSON.stringify(message).length;
const valid = { ...message, text: "All happy families are alike. ".repeat(20).slice(0, room) };
const json = JSON.stringify(valid);
const newMessage: Asked = {
  method: "POST",
  template: "/rooms/{room}/messages",
  path: "/rooms/general/messages",
  parameters: { room: "general" },
  query: { raw: "notify=true&trace=a+b", read: { notify: "true", trace: "a b" } },
  body: json,
};

const calls: Readonly<Record<Kind, Expected>> = {
  post: {
    asked: newMessage,
    statuses: [201],
    type: "application/json",
    body: { id: "m-1", room: "general", notify: true, ...valid },
  },
  health: {
    asked: { method: "GET", template: "/health", path: "/health" },
    statuses: [200],
    type: "application/json",
    body: { ok: true },
  },
  malformed: {
    asked: { ...newMessage, body: `${json.slice(0, 250)}"${json.slice(250)}` },
    statuses: [400, 422],
    type: "application/problem+json",
  },
  invalid: {
    asked: { ...newMessage, body: '{"text":"","tags":"none","sender":"eve"}' },
    statuses: [400, 422],
    type: "application/problem+json",
  },
  unknown: {
    asked: { method: "GET", template: "/{proxy+}", path: "/nowhere", parameters: { proxy: "nowhere" } },
    statuses: [404],
    type: "application/problem+json",
  },
};

/** The event of a call. */
export function eventOf(call: CallName): Event {
  const [kind, payload] = take(call);
  return payload === "v1" ? restEvent(calls[kind].asked) : httpEvent(calls[kind].asked);
}

/** Says what is wrong with the answer to a call; nothing if it is right. */
export function findFault(call: CallName, result: Result): string | undefined {
  const [kind] = take(call);
  const { statuses, type, body } = calls[kind];
  const status = Number(result.statusCode);
  if (!statuses.includes(status)) return `its status is ${status}, not ${statuses.join(" or ")}`;
  const headers = headersOf(result);
  if (headers.get("content-type")?.split(";")[0] !== type)
    return `its content type is ${headers.get("content-type")}, not ${type}`;
  if (headers.get("access-control-allow-origin") !== pageOrigin) return "it does not name the origin";
  if (headers.get("access-control-allow-credentials") !== "true") return "it does not allow credentials";
  if (!headers.get("vary")?.toLowerCase().includes("origin")) return "it does not vary by origin";
  const said: unknown = JSON.parse(result.body ?? "null");
  if (body !== undefined) return isDeepStrictEqual(said, body) ? undefined : `its body is ${result.body}`;
  const problem = said as { status?: unknown; title?: unknown } | null; // looked at only
  const isProblem = problem?.status === status && typeof problem.title === "string";
  return isProblem ? undefined : `its body is no problem document: ${result.body}`;
}

function take(call: CallName): readonly [Kind, Payload] {
  return call.split("-") as [Kind, Payload]; // its type says so
}

function headersOf({ headers, multiValueHeaders }: Result): ReadonlyMap<string, string> {
  const single = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  const multi = Object.entries(multiValueHeaders ?? {}).map(
    ([name, values]) => [name.toLowerCase(), values.join(", ")] as const,
  );
  return new Map([...single, ...multi]);
}

/** The context of one call, made anew as Lambda makes it: ten seconds are left. */
export function toContext(): Context {
  const deadline = Date.now() + 10_000;
  return {
    awsRequestId: "5f0c3c6e-8f5b-4c0e-9a43-6a3f9c1d2e4b",
    callbackWaitsForEmptyEventLoop: false,
    functionName: "rooms",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:rooms",
    logGroupName: "/aws/lambda/rooms",
    logStreamName: "2026/11/21/[$LATEST]abc",
    memoryLimitInMB: "512",
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: nothing,
    fail: nothing,
    succeed: nothing,
  };
}

function nothing(): void {}
