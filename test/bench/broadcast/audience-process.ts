// Runs in a process of its own: the sockets that are posted to, and what each of them got.
import { once } from "node:events";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { answerParent } from "../child.ts";

// Clients are elsewhere: these take only what time the two ends of the posts leave.
setPriority(19);

/** Each call of a function that waits makes one more environment. */
const joinAtOnce = 10;

/** What each socket got, text by text, since it was last asked. */
let got: Map<string, number>[] = [];

answerParent({
  async connect({
    url,
    sockets,
  }: {
    readonly url: string;
    readonly sockets: number;
  }): Promise<readonly string[]> {
    const members: Awaited<ReturnType<typeof join>>[] = [];
    while (members.length < sockets) {
      const group = Math.min(joinAtOnce, sockets - members.length);
      members.push(...(await Promise.all(Array.from({ length: group }, () => join(url)))));
    }
    got = members.map(({ texts }) => texts);
    return members.map(({ connectionId }) => connectionId);
  },
  /** Says what is wrong once everything has arrived, or once it does not come any more; nothing if all is right. */
  async settle(texts: readonly string[]): Promise<string | null> {
    const expected = texts.length * got.length;
    for (let waited = 0; waited < 20_000 && countAll() < expected; waited += 20) await sleep(20);
    await sleep(50); // time for what comes twice
    const wrong = got.filter(
      (each) => each.size !== texts.length || texts.some((text) => each.get(text) !== 1),
    );
    const said = `${wrong.length} sockets did not get each of ${texts.length} messages exactly once (${countAll()} of ${expected} came)`;
    for (const each of got) each.clear();
    return wrong.length === 0 ? null : said;
  },
});

function countAll(): number {
  let sum = 0;
  for (const each of got) for (const count of each.values()) sum += count;
  return sum;
}

async function join(
  url: string,
): Promise<{ readonly connectionId: string; readonly texts: Map<string, number> }> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, "open");
  socket.send("who am I?");
  const [answer] = (await once(socket, "message")) as [Buffer]; // the library's own type
  const texts = new Map<string, number>();
  socket.on("message", (data: Buffer) => {
    const text = data.toString();
    texts.set(text, (texts.get(text) ?? 0) + 1);
  });
  return { connectionId: answer.toString(), texts };
}
