// What reaches a function: the kinds of event that run on this machine, those of other services, and typing errors.
import { failures } from "../failures.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";

/** Kinds of event that run on this machine. */
export type EventKind = "http" | "httpApi" | "websocket" | "s3" | "schedule";

/** One entry of a function's `events:`. */
export interface FunctionEvent {
  readonly kind: EventKind;
  readonly functionKey: string;
  /** What stands under the kind: text or a map. */
  readonly at: Cursor;
}

const kinds: readonly EventKind[] = ["http", "httpApi", "websocket", "s3", "schedule"];

/** Sources that are not here, so that nothing comes from them. No request to an API gets another answer for that. */
const elsewhere: ReadonlySet<string> = new Set([
  "activemq",
  "alb",
  "alexaSkill",
  "alexaSmartHome",
  "cloudFront",
  "cloudwatchEvent",
  "cloudwatchLog",
  "eventBridge",
  "existingS3",
  "iot",
  "iotFleetProvisioning",
  "kafka",
  "msk",
  "rabbitmq",
  "sns",
  "sqs",
  "stream",
]);

/** Triggers of a user pool that decide neither who signs in nor what a token says. */
const quietTriggers: ReadonlySet<string> = new Set([
  "PreSignUp",
  "PostConfirmation",
  "CustomMessage",
  "CustomSMSSender",
  "CustomEmailSender",
]);

/**
 * Reads a function's `events:`. Those of services that are not on this machine are told of, and left out.
 *
 * @throws `EVENT_UNKNOWN` for a kind that nobody knows, `NOT_SUPPORTED` for a trigger that decides who signs in,
 *   `DEFINITION_INVALID`
 */
export function readEvents(functionKey: string, at: Cursor): FunctionEvent[] {
  return (at.optional("events")?.items() ?? []).flatMap((event) => readEvent(functionKey, event));
}

function readEvent(functionKey: string, at: Cursor): FunctionEvent[] {
  if (at.isText) return isElsewhere(at.text(), at) ? [] : unknownEvent(at, at.text());
  const [first, ...others] = at.entries();
  if (first === undefined) return at.refuse("an event, as in - httpApi: GET /rooms");
  if (others.length > 0) {
    return at.refuse("one event with one kind", {
      hint: `It has the keys ${[first, ...others].map(([key]) => key.slice(0, 40)).join(", ")}: settings of an event are indented under its kind, and each event has a dash of its own.`,
    });
  }
  const [written, value] = first;
  if (isElsewhere(written, value)) return [];
  const kind = kinds.find((kind) => kind === written);
  if (kind === undefined) return unknownEvent(at, written);
  if (!value.isText && !value.isMap) value.refuse("text or a map");
  return [{ kind, functionKey, at: value }];
}

/** Tells of an event that never comes here. */
function isElsewhere(kind: string, at: Cursor): boolean {
  const isTrigger = kind === "cognitoUserPool";
  if (!isTrigger && !elsewhere.has(kind)) return false;
  if (isTrigger && !quietTriggers.has(at.at("trigger").text())) {
    at.notSupported(`the trigger ${at.at("trigger").text().slice(0, 40)} of a user pool`);
  }
  at.skip().tell(`No ${kind} event reaches a function on this machine.`);
  return true;
}

function unknownEvent(at: Cursor, kind: string): never {
  throw failures.create("EVENT_UNKNOWN", {
    ...at.place,
    kind: kind.slice(0, 80),
    closest: closest(kind, [...kinds, ...elsewhere]),
  });
}
