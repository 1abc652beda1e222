// Plays the steps of a case of a WebSocket API: handshakes, messages, closes, and calls of `@connections`.
import { setImmediate } from "node:timers/promises";
import { signRequest, payloadHash } from "@gatewright/signature";
import { expect } from "vitest";
import { manualClock } from "../../packages/gateway/src/manual-clock.ts";
import { systemIds } from "../../packages/gateway/src/ports.ts";
import { startWebsocketApi } from "../../packages/gateway/src/websocket/start-websocket-api.ts";
import { recordedLog, service } from "../../packages/gateway/test/unit/invoke/requests.ts";
import {
  type Client,
  credentials,
  refusedAt,
  toApi,
  toClient,
  toRoute,
} from "../../packages/gateway/test/unit/websocket/running-api.ts";
import type { Case, SocketStep } from "./case.ts";
import { matching } from "./matching.ts";
import { stockFunctions } from "./stock-functions.ts";

/** What goes on between steps. */
interface Play {
  readonly port: number;
  readonly says: string;
  readonly now: () => number;
  client?: Client;
  connectionId?: string;
}

/** Serves the API of a case and plays its steps, one after the other, with one client at a time. */
export async function playSockets(given: Case): Promise<void> {
  const clock = manualClock(Date.UTC(2026, 10, 21, 12, 34, 56));
  const { functions, calls } = stockFunctions(given.functions ?? {}, clock);
  const { routes = [], ...more } = given.websocket ?? {};
  const filled = routes.map((route) => toRoute(route.routeKey, route));
  const { localLimits, region, accountId } = service(given.service);
  const api = await startWebsocketApi({
    api: toApi({ ...more, routes: filled }),
    service: { region, accountId },
    functions,
    credentials,
    clock,
    ids: systemIds,
    log: recordedLog(),
    port: 0,
    ...(localLimits?.connectThrottle && { connectThrottle: localLimits.connectThrottle }),
  });
  const play: Play = { port: api.port, says: given.says, now: () => clock.now() };
  try {
    for (const step of given.socketSteps ?? []) {
      clock.advance(step.afterMs ?? 0);
      await act(play, step);
      const expected = step.expect?.calls ?? {};
      await expect.poll(() => Object.fromEntries(calls), { message: given.says }).toMatchObject(expected);
    }
  } finally {
    await api.close();
    play.client?.ws.terminate();
  }
}

async function act(play: Play, step: SocketStep): Promise<void> {
  if (step.connect) await connect(play, step);
  if (step.send !== undefined) play.client?.ws.send(step.send);
  if (step.sendBytes !== undefined) await sendBytes(play, step.sendBytes);
  if (step.close !== undefined) play.client?.ws.close(step.close);
  if (step.manage) await manage(play, step);
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
  const { method, body = "", connectionId = play.connectionId ?? "", unsigned } = call ?? { method: "GET" };
  const id = encodeURIComponent(connectionId);
  const url = new URL(`http://127.0.0.1:${play.port}/dev/@connections/${id}`);
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
