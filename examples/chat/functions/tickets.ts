// A ticket for one socket: so that the access token is in no handshake, whose headers and addresses end up in logs.
import { issueTicket, type IssuedTicket } from "@gatewright/authorizer";
import { dynamoTickets } from "@gatewright/authorizer/dynamodb";
import type { SignedIn, TicketFor } from "./chat.ts";
import { setting } from "./settings.ts";

const store = dynamoTickets({ table: setting("CONNECTIONS_TABLE") });

/** Gives a ticket to the page that asks: good for half a minute, once, and from there only. */
export function giveTicket(
  { userId, name, endsAt }: SignedIn,
  origin: string | undefined,
): Promise<IssuedTicket> {
  const claims: TicketFor = { sub: userId, username: name, exp: Math.floor(endsAt / 1_000) };
  return issueTicket(store, { claims, origin });
}
