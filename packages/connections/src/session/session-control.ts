// Sessions on live sockets: tokens that end, users who are sent away, and messages that come too fast.
import { toMessage } from "../broadcast/message.ts";
import type { Poster } from "../broadcast/poster.ts";
import type { Connection, Departure, Registry } from "../registry/registry.ts";
import type { MessageRate, Meter } from "./meter.ts";

/** What session control works with. */
export interface SessionPorts {
  readonly registry: Registry;
  readonly poster: Poster;
  /** @default messages are not counted */
  readonly meter?: Meter;
}

/** What is allowed, and when somebody is reminded. */
export interface SessionRules {
  /** Messages of one connection. */
  readonly perConnection?: MessageRate;
  /** Messages of one user over all of their connections. */
  readonly perUser?: MessageRate;
  /**
   * How long before its end a token is asked for, by the frame `{ type: "reauth", expiresAt }`: by `sweep`, and by `admit`
   * where it sees that. Without a sweep let it be longer than the client's heartbeat. @default 120000
   */
  readonly remindMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Why a message is not taken: `code` and `message` are for the error frame. */
export interface Refusal {
  readonly code: "SESSION_UNKNOWN" | "SESSION_EXPIRED" | "TOO_MANY_MESSAGES";
  readonly message: string;
  /** When it may be tried again, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A message that is taken, and from whom; or why not. */
export type Admission =
  | { readonly ok: true; readonly connection: Connection }
  | {
      readonly ok: false;
      readonly refusal: Refusal;
      /** What it leaves behind, where its session has ended just now. */
      readonly departure?: Departure;
    };

/** What a sweep did. */
export interface Swept {
  /** Closed since their token has ended, with the rooms that they leave. */
  readonly closed: readonly Departure[];
  /** Asked for a new token. */
  readonly reminded: number;
}

/** Sessions on live sockets. */
export interface SessionControl {
  /**
   * Ask it with each message: reads the connection, counts the message. A session that has ended is told so and
   * closed; one that soon will is reminded.
   */
  admit(connectionId: string): Promise<Admission>;
  /** The client has shown a new token, which you have verified: the session lasts until then. `false`: it is unknown. */
  renew(connectionId: string, expiresAt: number): Promise<boolean>;
  /** Closes every connection of a user, and says what rooms they leave. New ones are the authorizer's to refuse. */
  revoke(userId: string): Promise<readonly Departure[]>;
  /** Closes whose token has ended, with the error frame `SESSION_EXPIRED`, and reminds whose token soon will: for a scheduled function, each minute. */
  sweep(): Promise<Swept>;
}

/**
 * Makes session control. API Gateway has no clock for tokens: a session that has ended is found by its next message, or
 * by `sweep`.
 *
 * @example
 * const sessions = sessionControl({ registry, poster, meter: dynamoMeter({ table }) }, { perConnection: { messages: 20, perMs: 10_000 } });
 * const admission = await sessions.admit(connectionId);
 * if (!admission.ok) throw new SocketError(admission.refusal.code, admission.refusal.message);
 */
export function sessionControl(ports: SessionPorts, rules: SessionRules = {}): SessionControl {
  const { registry } = ports;
  const { now = Date.now, remindMs = 120_000 } = rules;
  const remind = createReminder(ports, { now, remindMs });
  return {
    async admit(connectionId) {
      const connection = await registry.find(connectionId);
      if (!connection)
        return refuse("SESSION_UNKNOWN", "This connection is not known (any more): connect again.");
      if (hasEnded(connection, now())) {
        const departure = await expire(ports, connection);
        return { ok: false, refusal: expired, ...(departure && { departure }) };
      }
      const refused = await meter(ports, rules, connection);
      if (refused) return refused;
      await remind(connection);
      return { ok: true, connection };
    },
    renew: (connectionId, expiresAt) => registry.touch(connectionId, { expiresAt }),
    revoke: (userId) => revoke(ports, userId),
    sweep: () => sweep(ports, now(), remindMs),
  };
}

async function meter(
  { meter: counter }: SessionPorts,
  { perConnection, perUser }: SessionRules,
  { connectionId, userId }: Connection,
): Promise<Admission | undefined> {
  const limits = [
    { name: `connection#${connectionId}`, rate: perConnection },
    { name: `user#${userId}`, rate: perUser },
  ];
  for (const { name, rate } of limits) {
    if (!counter || !rate) continue;
    const { allowed, retryAfterMs } = await counter.take(name, rate);
    if (allowed) continue;
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
    const message = `At most ${rate.messages} messages in ${rate.perMs / 1_000} s: try again in ${seconds} s.`;
    return { ok: false, refusal: { code: "TOO_MANY_MESSAGES", message, retryAfterMs } };
  }
  return undefined;
}

/** A second look finds connections that were being made during the first. */
const looks = 2;

async function revoke(ports: SessionPorts, userId: string): Promise<readonly Departure[]> {
  const departures: Departure[] = [];
  for (let look = 0; look < looks; look += 1) {
    for await (const page of ports.registry.byUser(userId)) {
      const ended = await Promise.all(page.map((occupant) => end(ports, occupant)));
      departures.push(...ended.filter((departure) => departure !== undefined));
    }
  }
  return departures;
}

async function sweep(ports: SessionPorts, now: number, remindMs: number): Promise<Swept> {
  const closed: Departure[] = [];
  let reminded = 0;
  for await (const page of ports.registry.everyone({ consistent: false })) {
    for (const connection of page) {
      if (!endsWithin(connection, now, remindMs)) continue;
      if (!hasEnded(connection, now)) {
        if (await askForToken(ports, connection)) reminded += 1;
        continue;
      }
      // the page may be a moment old: a token may have been renewed since
      const current = await ports.registry.find(connection.connectionId);
      const departure = current && hasEnded(current, now) ? await expire(ports, current) : undefined;
      if (departure) closed.push(departure);
    }
  }
  return { closed, reminded };
}

/** An answer to a reminder takes a moment: nobody is reminded again before that. */
const answerMs = 30_000;
/** So many are remembered; beyond that some are reminded once too often. */
const remindedAtMost = 1_000;

/** Reminds who is admitted, once in a while. */
function createReminder(
  ports: SessionPorts,
  { now, remindMs }: { readonly now: () => number; readonly remindMs: number },
): (connection: Connection) => Promise<void> {
  const reminded = new Map<string, number>();
  return async (connection) => {
    if (!endsWithin(connection, now(), remindMs)) return;
    const { connectionId } = connection;
    if (now() - (reminded.get(connectionId) ?? -Infinity) < answerMs) return;
    if (reminded.size >= remindedAtMost) reminded.clear();
    reminded.set(connectionId, now());
    await askForToken(ports, connection);
  };
}

async function askForToken({ poster }: SessionPorts, connection: Connection): Promise<boolean> {
  const message = toMessage({ type: "reauth", expiresAt: connection.expiresAt });
  return (await poster.post(connection, message)).kind === "done";
}

function endsWithin({ expiresAt }: Connection, now: number, ms: number): boolean {
  return expiresAt !== undefined && expiresAt - now <= ms;
}

function hasEnded({ expiresAt }: Connection, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

const expired: Refusal = {
  code: "SESSION_EXPIRED",
  message: "Your session has ended: connect again with a new token.",
};

/** Says why before it closes: an answer to the message would come too late, and a client needs to know for its next token. */
async function expire(ports: SessionPorts, connection: Connection): Promise<Departure | undefined> {
  await ports.poster.post(connection, toMessage({ error: expired }));
  return end(ports, connection);
}

/** Closes the socket and forgets the connection: who cannot be closed is not served any more all the same. */
async function end(
  { poster, registry }: SessionPorts,
  { connectionId, endpoint }: Pick<Connection, "connectionId" | "endpoint">,
): Promise<Departure | undefined> {
  await poster.close({ connectionId, endpoint });
  return registry.disconnect(connectionId);
}

function refuse(code: Refusal["code"], message: string): Admission {
  return { ok: false, refusal: { code, message } };
}
