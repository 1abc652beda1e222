// The client's socket: typed requests and frames over a line that stays up.
import type { ContractOf, SocketContract, WithSocketContract } from "@gatewright/contract";
import type { FrameOf, RouteOf, Said, SendOptions } from "./contract-types.ts";
import { toDirectory } from "./directory.ts";
import { startHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { startLine, type Directory } from "./line.ts";
import { createListeners, type Listeners } from "./listeners.ts";
import { readFrame } from "./read-frame.ts";
import { createRequests, type Requests } from "./requests.ts";
import { SocketError } from "./socket-error.ts";
import { toSettings, type SocketOptions } from "./socket-options.ts";
import type { SocketState, StateChange } from "./socket-state.ts";
import { onWake } from "./wake.ts";

/** A socket that reconnects by itself. Every `on…` returns what takes the listener off again. */
export interface ClientSocket<Contract extends SocketContract> {
  readonly state: SocketState;
  /**
   * Says something and waits for the answer. While there is no connection, it waits in a queue.
   *
   * Rejects with a `SocketError`: the server's own code, or `TIMEOUT`, `LOST`, `CLOSED`, `QUEUE_FULL`, `TOO_LARGE`, `NOT_JSON`.
   */
  send<Route extends RouteOf<Contract>>(
    route: Route,
    ...said: Said<Contract["routes"][Route]["payload"]>
  ): Promise<Contract["routes"][Route]["answer"]>;
  /** Hears frames of one type that the server sends by itself. */
  on<Type extends FrameOf<Contract>>(
    type: Type,
    listener: (frame: Contract["frames"][Type]) => void,
  ): () => void;
  /** Hears every change from now on (it begins as `connecting`). What it sends at `open` goes out before everything that waits. */
  onState(listener: (change: StateChange) => void): () => void;
  /** Hears what belongs to no request: see the codes `NOT_OPENED`, `GATEWAY`, `UNREADABLE`, and error frames of the server. */
  onProblem(listener: (error: SocketError) => void): () => void;
  /** Ends it for good. Requests that wait are rejected with `CLOSED`. */
  close(): void;
}

/**
 * Connects to a WebSocket API and stays connected: heartbeat, jittered reconnect, a fresh connection before two hours.
 *
 * The type argument is the server's table, imported as a type: routes, payloads, answers and frames are then known.
 *
 * @example
 * import type { socket } from "../functions/socket.ts";
 * const chat = connectSocket<typeof socket>({ url, protocol: "chat.v1", token: () => session.accessToken() });
 * chat.onState(({ state, ...change }) => state === "open" && chat.send("join", { room, after: sequence.last }));
 * chat.on("message", (message) => show(sequence.take(message).ready));
 * await chat.send("send", { room, text, clientId }, { retry: true });
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
 */
export function connectSocket<Table = WithSocketContract<SocketContract>>(
  options: SocketOptions,
): ClientSocket<ContractOf<Table>> {
  const wired = wire(options);
  const { requests, frames, states, problems } = wired;
  return {
    get state() {
      return wired.state();
    },
    send(route, ...[payload, sendOptions]: [payload?: unknown, options?: SendOptions]) {
      if (wired.state() === "closed") return Promise.reject(closed());
      return requests.send(route, payload as object | undefined, sendOptions); // the contract's payload is an object
    },
    on: (type, listener) =>
      frames.add((frame) => {
        if (frame.type === type) listener(frame.fields as Parameters<typeof listener>[0]); // the contract says so
      }),
    onState: (listener) => states.add(listener),
    onProblem: (listener) => problems.add(listener),
    close: () => wired.close(),
  };
}

interface Wired {
  readonly requests: Requests;
  readonly frames: Listeners<{ readonly type: string; readonly fields: unknown }>;
  readonly states: Listeners<StateChange>;
  readonly problems: Listeners<SocketError>;
  state(): SocketState;
  close(): void;
}

/** Line, requests, heartbeat and listeners, each told what the others do. */
function wire(options: SocketOptions): Wired {
  const { requests: limits, heartbeat: beats, times } = toSettings(options);
  const frames: Wired["frames"] = createListeners();
  const states: Wired["states"] = createListeners();
  const problems: Wired["problems"] = createListeners();
  let state: SocketState = "connecting";
  let heartbeat: Heartbeat | undefined;

  const requests = createRequests(limits, () => line.current());
  const beat = (): void => {
    // any frame counts as heard, so neither answer nor error matters here
    requests.send(beats.route, {}, { timeoutMs: beats.patienceMs }).catch(() => undefined);
  };
  let isExpired = false;
  const directory = toDirectory(options);
  const dial: Directory = ({ fresh }) => directory({ fresh: fresh || isExpired });
  /** The server wants a new token: it closes the socket at the old one's end if none comes. */
  const renew = (): void =>
    void sayToken(options, requests).catch((cause: unknown) => problems.tell(notRenewed(cause)));
  const line = startLine(dial, times, {
    state(change) {
      state = change.state;
      states.tell(change);
    },
    opened(link) {
      isExpired = false;
      heartbeat?.stop();
      heartbeat = startHeartbeat(beats, { beat, dead: () => link.end() });
      requests.flush(link);
    },
    received(data) {
      heartbeat?.heard();
      const incoming = readFrame(data);
      if (incoming.kind === "answer") requests.answer(incoming.to, incoming.data);
      else if (incoming.kind === "frame") {
        if (incoming.type === "reauth") renew();
        frames.tell(incoming);
      } else {
        isExpired ||= incoming.error.code === "SESSION_EXPIRED";
        if (!failed(requests, incoming)) problems.tell(incoming.error);
      }
    },
    ended(link) {
      requests.fell(link);
      const current = line.current();
      if (current && current !== link) requests.flush(current);
      else heartbeat?.stop();
    },
    problem: (error) => problems.tell(error),
  });
  const probe = (): void => heartbeat?.probe();
  const sleep = onWake({ lost: probe, woken: (changed) => void (line.hurry(changed) || probe()) });
  const close = (): void => {
    if (state === "closed") return;
    sleep();
    requests.failAll(closed());
    line.close();
    heartbeat?.stop();
  };
  return { requests, frames, states, problems, state: () => state, close };
}

/** Whether an error is known to be a request's. */
function failed(
  requests: Requests,
  { to, error }: { readonly to: string | undefined; readonly error: SocketError },
): boolean {
  if (to === undefined) return error.code === "GATEWAY" && requests.failOnly(error);
  requests.fail(to, error);
  return true;
}

async function sayToken({ token, reauthRoute = "reauth" }: SocketOptions, requests: Requests): Promise<void> {
  const fresh = await token?.({ fresh: true });
  if (fresh !== undefined) await requests.send(reauthRoute, { token: fresh });
}

function notRenewed(cause: unknown): SocketError {
  return new SocketError("NOT_RENEWED", "The server asked for a new token and did not get one.", { cause });
}

function closed(): SocketError {
  return new SocketError("CLOSED", "The socket was closed.");
}
