// A message with its place in the room: numbered, kept for who is away, and sent to who is here.
import { broadcast, type BroadcastOptions, type BroadcastPorts } from "../broadcast/broadcast.ts";
import type { Tally } from "../broadcast/tally.ts";
import type { Draft, Entry, RoomLog } from "./log.ts";

/** What `publish` works with. */
export interface PublishPorts extends BroadcastPorts {
  readonly log: RoomLog;
}

/** A message that was published. */
export interface Published extends Entry {
  readonly tally: Tally;
  /** Its id had been published before: it keeps its number and is sent once more, for whoever missed it. */
  readonly again: boolean;
}

/**
 * Gives a frame its number in the room, keeps it for `resume`, and sends `{ …frame, id, seq }` to the room.
 *
 * Clients put messages into order by `seq`, drop what they have, and ask for what they miss. A sender that does not know
 * whether its message went out says it again with the same `id`.
 *
 * @example
 * const { seq, tally } = await publish({ registry, poster, log }, "lobby", { id: body.key, frame: { type: "message", text } });
 * @throws as `broadcast` does
 */
export async function publish(
  ports: PublishPorts,
  room: string,
  draft: Draft,
  options?: BroadcastOptions,
): Promise<Published> {
  const entry = await ports.log.append(room, draft);
  const tally = await broadcast(ports, { room }, toFrame(entry), options);
  return { ...entry, tally };
}

/** An entry as it is sent: what `resume` gives goes out the same way. */
export function toFrame({ frame, id, seq }: Entry): object {
  return { ...frame, id, seq };
}
