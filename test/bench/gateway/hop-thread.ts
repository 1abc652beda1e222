// The thread behind the hop: event in as JSON, result out as JSON.
import { parentPort } from "node:worker_threads";
import type { HttpEvent } from "@gatewright/contract";
import { room } from "../service/functions.ts";

parentPort?.on("message", (text: string) => void answer(text));

async function answer(text: string): Promise<void> {
  const result = await room(JSON.parse(text) as HttpEvent); // what `hop-process.ts` sends
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(JSON.stringify(result));
}
