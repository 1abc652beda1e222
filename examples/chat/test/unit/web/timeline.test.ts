// Days and who speaks.
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../../../functions/chat.ts";
import { toEntries } from "../../../web/timeline.ts";

const noon = new Date(2026, 4, 4, 12).getTime();
const minute = 60_000;

function message(seq: number, userId: string, at: number): ChatMessage {
  return { room: "lobby", seq, id: `${seq}`, from: { userId, name: userId }, at, text: `${seq}` };
}

const shape = (messages: readonly ChatMessage[]): string[] =>
  toEntries(messages).map((entry) =>
    entry.is === "day" ? "day" : `${entry.message.seq}${entry.leads ? " leads" : ""}`,
  );

describe("a timeline", () => {
  it("is empty where nothing was said", () => {
    expect(toEntries([])).toEqual([]);
  });

  it("keeps together what one person says within five minutes", () => {
    const said = [
      message(1, "ada", noon),
      message(2, "ada", noon + 4 * minute),
      message(3, "ada", noon + 10 * minute),
      message(4, "grace", noon + 10 * minute),
      message(5, "ada", noon + 10 * minute),
    ];
    expect(shape(said)).toEqual(["day", "1 leads", "2", "3 leads", "4 leads", "5 leads"]);
  });

  it("begins every day anew, also within five minutes", () => {
    const midnight = new Date(2026, 4, 5).getTime();
    const said = [message(1, "ada", midnight - minute), message(2, "ada", midnight + minute)];
    expect(shape(said)).toEqual(["day", "1 leads", "day", "2 leads"]);
  });
});
