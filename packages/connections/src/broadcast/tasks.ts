// The parts of a broadcast that somebody else does: when it is time, and how they get there.
import { failures } from "../failures.ts";
import type { Part } from "./audience.ts";
import type { Course } from "./course.ts";
import type { BroadcastTask, HandOver } from "./hand-over.ts";
import type { Ledger } from "./ledger.ts";
import type { Message } from "./poster.ts";

/** When and how the rest of an audience is left to other workers. */
export interface HandOverOptions {
  readonly to: HandOver;
  /** Where the workers write down how far they are: the same that they are given. */
  readonly ledger: Ledger;
  /** Hands over after so many connections of the first part. @default 2000 */
  readonly above?: number;
  /** Time that is kept for handing over, before the deadline. @default 1500 */
  readonly reserveMs?: number;
  /** In how many segments everyone is divided. @default 8 */
  readonly segments?: number;
  /** Posts a second of the whole account, divided among the tasks. @default as fast as they can */
  readonly perSecond?: number;
}

/** The tasks of one broadcast. */
export interface Tasks {
  readonly segments: number;
  /** Whether the rest should go to somebody else now. Counts how often it is asked: once for each post. */
  isDue(): boolean;
  /** Hands parts over. @throws `HAND_OVER_FAILED` with the tally so far */
  handOver(parts: readonly Part[]): Promise<void>;
}

/** So many connection ids go into one task: some 40 KB. */
const idsAtOnce = 1_000;

/** What tasks are made of. `parent` names the task that is being done, where it is not the broadcast itself. */
export interface TaskSource {
  readonly course: Course;
  readonly message: Message;
  readonly parent?: { readonly broadcastId: string; readonly taskId: string };
}

/** Begins a broadcast's book of tasks, or a page of it for a worker's own. */
export function createTasks(options: HandOverOptions, { course, message, parent }: TaskSource): Tasks {
  const { tally, except, consistent, delivery } = course;
  const { to, ledger, above = 2_000, segments = 8, perSecond } = options;
  const broadcastId = parent?.broadcastId ?? crypto.randomUUID();
  let asked = 0;

  const send = async (part: Part, among: number): Promise<void> => {
    const taskId = parent ? `${parent.taskId}.${tally.handedOver + 1}` : `${tally.handedOver + 1}`;
    const task: BroadcastTask = {
      kind: "gatewright.broadcast",
      broadcastId,
      taskId,
      part,
      message: Buffer.from(message.bytes).toString("base64"),
      except: [...except],
      consistent,
      ...(perSecond !== undefined && { perSecond: perSecond / among }),
    };
    tally.broadcastId = broadcastId;
    tally.handedOver += 1;
    await ledger.open({ broadcastId, taskId });
    await to.send(task);
  };
  return {
    segments,
    isDue() {
      asked += 1;
      return asked > above || delivery.pace.over();
    },
    async handOver(parts) {
      const pieces = parts.flatMap(toPieces);
      try {
        for (const part of pieces) await send(part, pieces.length);
      } catch (cause) {
        tally.complete = false;
        throw failures.create("HAND_OVER_FAILED", { delivered: tally.delivered, tally }, { cause });
      }
    },
  };
}

function toPieces(part: Part): readonly Part[] {
  if (!("connections" in part)) return [part];
  const ids = part.connections.map((named) => (typeof named === "string" ? named : named.connectionId));
  const count = Math.ceil(ids.length / idsAtOnce);
  return Array.from({ length: count }, (_, at) => ({
    ...part,
    connections: ids.slice(at * idsAtOnce, (at + 1) * idsAtOnce),
  }));
}
