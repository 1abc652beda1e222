// A room's messages as one reads them: day by day, and what one person says in a row together.
import type { ChatMessage } from "../functions/chat.ts";

/** A line of the conversation. */
export type Entry =
  | { readonly is: "day"; readonly at: number }
  /** `leads` is true where somebody begins to speak: name and time are shown there. */
  | { readonly is: "message"; readonly message: ChatMessage; readonly leads: boolean };

const breathMs = 5 * 60_000;

/** Puts days between messages, and finds who begins to speak where. */
export function toEntries(messages: readonly ChatMessage[]): readonly Entry[] {
  const entries: Entry[] = [];
  let before: ChatMessage | undefined;
  for (const message of messages) {
    const isNewDay = !before || dayOf(before.at) !== dayOf(message.at);
    if (isNewDay) entries.push({ is: "day", at: message.at });
    entries.push({ is: "message", message, leads: isNewDay || !goesOn(before, message) });
    before = message;
  }
  return entries;
}

/** Whether a message goes on with what the same person said a moment ago. */
export function goesOn(
  before: ChatMessage | undefined,
  next: { readonly from: { readonly userId: string }; readonly at: number },
): boolean {
  if (!before || before.from.userId !== next.from.userId) return false;
  return next.at - before.at < breathMs && dayOf(before.at) === dayOf(next.at);
}

function dayOf(at: number): string {
  return new Date(at).toDateString();
}
