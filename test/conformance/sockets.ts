// Plays the steps of a case of a WebSocket API: handshakes, messages, closes, and calls of `@connections`.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { signRequest, payloadHash } from "@gatewright/signature";
import { expect } from "vitest";
import { manualClock } from "../../packages/gateway/src/manual-clock.ts";
import { systemIds } from "../../packages/gateway/src/ports.ts";
import { startWebsocketApi } from "../../packages/gateway/src/websocket/start-websocket-api.ts";
import { openTraffic } from "../../packages/gateway/src/start-traffic.ts";
import { recordedLog } from "../../packages/gateway/test/unit/invoke/requests.ts";
import {
  type Client,
  credentials,
  refusedAt,
  toClient,
} from "../../packages/gateway/test/unit/websocket/running-api.ts";
import type { Case, SocketStep } from "./case.ts";
import { readLogFiles, startServices } from "./local-services.ts";
import { matching } from "./matching.ts";
import { fillIn, toService } from "./serve.ts";
import { startBackend } from "./stock-backend.ts";
import { stockFunctions } from "./stock-functions.ts";

/** What goes on between steps. */
interface Play {
  readonly port: number;
  readonly says: string;
  readonly now: () => number;
  /** Every line that was logged so far, files included. */
  lines(): Promise<readonly string[]>;
  client?: Client;
  connectionId?: string;
}

/** Serves the API of a case, joined as a gateway joins it, and plays its steps, with one client at a time. */
export async function playSockets(given: Case): Promise<void> {
  const clock = manualClock(Date.UTC(2026, 10, 21, 12, 34, 56));
  const log = recordedLog();
  const folder = await mkdtemp(join(tmpdir(), "conformance-"));
  const backend = given.backend && (await startBackend(given.backend));
  const filled = fillIn(given, { backend: backend?.url ?? "" });
  const described = await toService(filled, folder);
  const { functions, calls } = stockFunctions(filled.functions ?? {}, clock);
  const local = filled.services ? await startServices(described, { folder, clock, log }) : undefined;
  const shared = { service: described, functions, clock, log, ids: systemIds };
  const { accountThrottle, connectThrottle } = described.localLimits ?? {};
  const traffic = await openTraffic({ ...shared, folder, apiKeyValues: new Map(), accountThrottle });
  if (!described.websocketApi) throw new Error(`"${given.says}" has no WebSocket API`);
  const api = await startWebsocketApi({
    ...shared,
    api: described.websocketApi,
    credentials,
    port: 0,
    account: traffic.sockets,
    ...(local && { services: local.services }),
    ...(connectThrottle && { connectThrottle }),
  });
  const lines = async () => {
    await traffic.close(); // writes what waits; what comes after is written, too
    return [...log.lines, ...(await readLogFiles(folder))];
  };
  const play: Play = { port: api.port, says: given.says, now: () => clock.now(), lines };
  try {
    for (const step of filled.socketSteps ?? []) {
      clock.advance(step.afterMs ?? 0);
      await act(play, step);
      const expected = step.expect?.calls ?? {};
      await expect.poll(() => Object.fromEntries(calls), { message: given.says }).toMatchObject(expected);
      await checkLines(play, step);
    }
  } finally {
    await api.close();
    play.client?.ws.terminate();
    await traffic.close();
    await Promise.all([backend?.close(), local?.close()]);
    await rm(folder, { recursive: true });
  }
}

async function checkLines(play: Play, { expect: wanted = {} }: SocketStep): Promise<void> {
  for (const text of wanted.logged ?? []) {
    await expect.poll(async () => (await play.lines()).join("\n")).toContain(text);
  }
  if (wanted.notLogged !== undefined) expect((await play.lines()).join("\n")).not.toContain(wanted.notLogged);
}

async function act(play: Play, step: SocketStep): Promise<void> {
  if (step.connect) await connect(play, step);
  if (step.send !== undefined) play.client?.ws.send(step.send);
  if (step.sendBytes !== undefined) await sendBytes(play, step.sendBytes);
  if (step.close !== undefined) play.client?.ws.close(step.close);
  if (step.manage) await manage(play, step);
  if (step.visit !== undefined) return visit(play, step.visit, step.expect);
  const { receives, json, closed } = step.expect ?? {};
  if (receives !== undefined || json !== undefined) {
    const text = await play.client?.next();
    if (receives !== undefined) expect(text, play.says).toEqual(matching(receives));
    const value: unknown = text?.startsWith("{") ? JSON.parse(text) : undefined;
    if (json !== undefined) expect(value, play.says).toMatchObject(json as object);
    play.connectionId = idIn(value) ?? play.connectionId ?? "";
  }
  if (closed !== undefined) expect((await play.client?.closed)?.code, play.says).toBe(closed);
}

async function visit({ port, says }: Play, path: string, wanted: SocketStep["expect"] = {}): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  const text = await answer.text();
  expect([answer.status, text], says).toEqual([wanted.status ?? 200, matching(wanted.body ?? "/[^]*/")]);
  if (wanted.json !== undefined) expect(JSON.parse(text), says).toMatchObject(wanted.json as object);
}

/** A handshake that is refused where the step expects a status. */
async function connect(play: Play, { connect: to, expect: wanted = {} }: SocketStep): Promise<void> {
  const { path = "/dev", headers = {}, protocols = [] } = to ?? {};
  const url = `ws://127.0.0.1:${play.port}${path}`;
  if (wanted.status !== undefined) {
    const { status, body } = await refusedAt(url, { headers, protocols });
    expect([status, body], play.says).toEqual([wanted.status, matching(wanted.body ?? "/.*/")]);
    return;
  }
  play.client?.ws.terminate();
  const client = toClient(url, { headers, protocols });
  play.client = client;
  await new Promise((resolve, reject) => client.ws.once("open", resolve).once("error", reject));
  if (wanted.protocol !== undefined) expect(client.ws.protocol, play.says).toBe(wanted.protocol);
}

/** Binary, or text of so many letters. */
async function sendBytes({ client }: Play, { count, binary }: NonNullable<SocketStep["sendBytes"]>) {
  const text = "x".repeat(count);
  client?.ws.send(binary ? Buffer.from(text) : text, { binary: binary ?? false });
  await setImmediate();
}

async function manage(play: Play, { manage: call, expect: wanted = {} }: SocketStep): Promise<void> {
  const { method, body = "", unsigned, stage = "dev", ...more } = call ?? { method: "GET" };
  const { connectionId = play.connectionId ?? "" } = more;
  const id = encodeURIComponent(connectionId);
  const url = new URL(`http://127.0.0.1:${play.port}/${stage}/@connections/${id}`);
  const signer = { credentials, region: "us-east-1", service: "execute-api", now: new Date(play.now()) };
  const headers = unsigned ? {} : signRequest({ method, url, payloadHash: payloadHash(body) }, signer);
  const answer = await fetch(url, { method, headers, ...(method === "POST" && { body }) });
  const text = await answer.text();
  expect([answer.status, text], play.says).toEqual([wanted.status, matching(wanted.body ?? "/.*/")]);
}

function idIn(value: unknown): string | undefined {
  const said = value as { requestContext?: { connectionId?: string }; connectionId?: string } | undefined; // only looked at
  return said?.requestContext?.connectionId ?? said?.connectionId;
}
