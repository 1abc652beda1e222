// Who may enter: whoever holds an access token of the chat's user pool, or a ticket for one socket. One definition for all three APIs.
import { allow, authorizer, cognito, fromHeader, fromSubprotocol, ticket } from "@gatewright/authorizer";
import { dynamoTickets } from "@gatewright/authorizer/dynamodb";
import type { SignedIn, TicketFor } from "./chat.ts";
import { setting } from "./settings.ts";

export const handler = authorizer({
  token: [fromHeader("authorization"), fromSubprotocol()],
  verify: [
    cognito({
      userPoolId: setting("USER_POOL_ID"),
      clientId: setting("USER_POOL_CLIENT_ID"),
      tokenUse: "access",
    }),
    ticket<TicketFor>({ store: dynamoTickets({ table: setting("CONNECTIONS_TABLE") }) }),
  ],
  decide: ({ claims }) => {
    const user: SignedIn = { userId: claims.sub, name: claims.username, endsAt: claims.exp * 1_000 };
    return allow({ principalId: claims.sub, context: { ...user } });
  },
  onOutcome: ({ kind, code, api, detail = "no more is known" }) => {
    if (kind !== "allowed") console.warn(`${api}: ${kind}: ${code} (${detail})`);
  },
});
