// Who may enter: whoever holds an access token of the chat's user pool. One definition for all three APIs.
import { allow, authorizer, cognito, fromHeader, fromSubprotocol } from "@gatewright/authorizer";
import type { SignedIn } from "./chat.ts";
import { setting } from "./settings.ts";

export const handler = authorizer({
  token: [fromHeader("authorization"), fromSubprotocol()],
  verify: [
    cognito({
      userPoolId: setting("USER_POOL_ID"),
      clientId: setting("USER_POOL_CLIENT_ID"),
      tokenUse: "access",
    }),
  ],
  decide: ({ claims }) => {
    const user: SignedIn = { userId: claims.sub, name: claims.username, endsAt: claims.exp * 1_000 };
    return allow({ principalId: claims.sub, context: { ...user } });
  },
  onOutcome: ({ kind, code, api, detail = "no more is known" }) => {
    if (kind !== "allowed") console.warn(`${api}: ${kind}: ${code} (${detail})`);
  },
});
