// One-time connect tickets: issued over HTTP to a signed-in page, used up by opening a WebSocket.
import { failures } from "../failures.ts";
import { toHash } from "../verify/kept-verdicts.ts";
import { unauthenticated, type Verifier } from "../verify/verifier.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";
import type { TicketClaims, TicketStore } from "./ticket-store.ts";

const { randomBytes } = process.getBuiltinModule("node:crypto");

/** Who gets a ticket. */
export interface TicketGrant {
  readonly claims: TicketClaims;
  /** The `Origin` header of the request that asks for it; leave it out where there is none. */
  readonly origin?: string | undefined;
  /** At most 300. @default 30 */
  readonly lifeSeconds?: number;
}

/** A ticket for its owner. */
export interface IssuedTicket {
  readonly ticket: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

const shape = /^gwt_[A-Za-z0-9_-]{43}$/;

/**
 * Issues a ticket. Answer it with `cache-control: no-store`.
 *
 * @example
 * const { ticket } = await issueTicket(tickets, { claims: { sub: userId }, origin: request.headers.origin });
 *
 * @throws Failure `TICKET_GRANT_UNREADABLE`.
 */
export async function issueTicket(
  store: TicketStore,
  grant: TicketGrant,
  ports: VerifierPorts = {},
): Promise<IssuedTicket> {
  const { claims, origin = "", lifeSeconds = 30 } = grant;
  if (typeof claims.sub !== "string" || claims.sub === "")
    throw failures.create("TICKET_GRANT_UNREADABLE", { name: "claims.sub" });
  if (!(lifeSeconds > 0 && lifeSeconds <= 300))
    throw failures.create("TICKET_GRANT_UNREADABLE", { name: "lifeSeconds" });
  const ticket = `gwt_${randomBytes(32).toString("base64url")}`;
  const expiresAt = Math.ceil(toPorts(ports).now() / 1000 + lifeSeconds);
  await store.put({ hash: toHash(ticket), origin, expiresAt, claims });
  return { ticket, expiresAt };
}

/**
 * Redeems tickets on `$connect`, each once: of two sockets with the same ticket one opens.
 *
 * It takes tokens of the ticket's shape (`gwt_…`), on `$connect` only, and a ticket that is tried from another page
 * is used up.
 *
 * @example
 * authorizer({
 *   token: [fromSubprotocol(), fromQuery("ticket")],
 *   verify: [ticket({ store: dynamoTickets({ table }) })],
 *   decide: ({ claims }) => allow({ principalId: claims.sub, routes: ["$connect"] }),
 * })
 *
 * @typeParam Claims what {@link issueTicket} is given: it comes back as it was.
 */
export function ticket<Claims extends TicketClaims = TicketClaims>(
  options: { readonly store: TicketStore },
  ports: VerifierPorts = {},
): Verifier<Claims> {
  const { now } = toPorts(ports);
  return {
    takes: ({ text }) => text.startsWith("gwt_"),
    async verify({ text }, request) {
      if (request.arn.call !== "$connect") return unauthenticated("TICKET_NOT_FOR_HERE");
      if (!shape.test(text)) return unauthenticated("TICKET_MALFORMED");
      const record = await options.store.take(toHash(text));
      if (!record) return unauthenticated("TICKET_UNKNOWN");
      if (!(record.expiresAt * 1000 > now())) return unauthenticated("TICKET_EXPIRED");
      const [origin = "", ...others] = request.header("origin");
      if (others.length > 0 || origin !== record.origin) return unauthenticated("TICKET_ORIGIN_WRONG");
      return { kind: "verified", claims: record.claims as Claims }; // what issueTicket put there
    },
  };
}
