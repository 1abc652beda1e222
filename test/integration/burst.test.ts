// Many at once: a burst of messages is worked off, and does not bury itself under starting environments.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startChat, type RunningChat } from "./running-chat.ts";

let chat: RunningChat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat?.close());

it("answers 60 messages of 20 tabs that come at the same moment", async () => {
  const ada = await chat.signIn("ada");
  const tabs = await Promise.all(Array.from({ length: 20 }, () => chat.connect(ada)));
  for (const tab of tabs) await tab.ask("join", { room: "garden" });
  const say = (text: string) => ({ room: "garden", key: randomUUID(), text });
  const answers = await Promise.all(
    tabs.flatMap((tab) => ["one", "two", "three"].map((text) => tab.ask("send", say(text)))),
  );
  const places = answers.map(({ data }) => (data as { seq: number }).seq).sort((a, b) => a - b);
  expect(places).toEqual(Array.from({ length: 60 }, (_, at) => at + 1));
  await Promise.all(tabs.map((tab) => tab.close()));
}, 90_000);
