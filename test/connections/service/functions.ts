// The functions of a room for many: join and resume, say, and the worker for whom there was no time.
import { existsSync, writeFileSync } from "node:fs";
import { Lambda } from "@aws-sdk/client-lambda";
import {
  broadcastWorker,
  lambdaHandOver,
  managementPoster,
  publish,
  toFrame,
  type Poster,
  type Tally,
} from "@gatewright/connections";
import { dynamoLedger, dynamoRegistry, dynamoRoomLog } from "@gatewright/connections/dynamodb";
import { accept, websocketApi } from "@gatewright/events/websocket";
import { number, object, optional, string } from "valibot";

const table = process.env["CONNECTIONS_TABLE"] ?? "";
const registry = dynamoRegistry({ table });
const log = dynamoRoomLog({ table });
const ledger = dynamoLedger({ table });
const poster = managementPoster();
const to = lambdaHandOver({ client: new Lambda(), functionName: process.env["WORKER"] ?? "" });
const room = "crowd";

interface CrowdMessage {
  readonly seq: number;
  readonly id: string;
  readonly text: string;
}

export const api = websocketApi<{ frames: { message: CrowdMessage } }>()
  .connect(async ({ connectionId, endpoint, connectedAt }) => {
    await registry.connect({ connectionId, endpoint, connectedAt, userId: connectionId });
    return accept();
  })
  .message("join", { body: object({ after: number() }) }, async ({ connectionId, body }) => {
    await registry.join(connectionId, room);
    const { entries, gap, more } = await log.resume(room, body.after);
    return { connectionId, messages: entries.map(toFrame) as CrowdMessage[], gap, more };
  })
  .message(
    "say",
    { body: object({ key: string(), text: string(), above: optional(number(), 100), forMs: number() }) },
    async ({ body }): Promise<{ seq: number; tally: Tally }> => {
      const draft = { id: body.key, frame: { type: "message", text: body.text } };
      const handOver = { to, ledger, above: body.above };
      const { seq, tally } = await publish({ registry, poster, log }, room, draft, {
        handOver,
        deadline: Date.now() + body.forMs,
      });
      return { seq, tally };
    },
  )
  .message("ping", async () => ({}))
  .disconnect(async ({ connectionId, connectedAt }) => {
    await registry.disconnect(connectionId, { unlessNewerThan: connectedAt });
  });

export const socket = api.handler();

/** A poster whose process ends once, in the middle of a broadcast, where a file asks for it. */
const mortal: Poster = {
  ...poster,
  async post(to, message, options) {
    const file = process.env["CRASH_FILE"];
    if (file && existsSync(file) && (posts += 1) > 60) {
      writeFileSync(`${file}.done`, "");
      process.exit(1);
    }
    return poster.post(to, message, options);
  },
};
let posts = 0;

const work = broadcastWorker({ registry, poster: mortal, ledger, handOver: { to } });
export const worker = async (event: unknown, context: Parameters<typeof work>[1]): Promise<unknown> => {
  posts = 0;
  const file = process.env["CRASH_FILE"];
  if (file && existsSync(`${file}.done`)) posts = -Infinity;
  return work(event, context);
};
