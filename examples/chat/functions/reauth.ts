// A fresh token on a live socket: the connection goes on, and nobody has to come again.
import { checkToken, cognito } from "@gatewright/authorizer";
import { SocketError } from "@gatewright/events/websocket";
import { setting } from "./settings.ts";

const verifier = cognito({
  userPoolId: setting("USER_POOL_ID"),
  clientId: setting("USER_POOL_CLIENT_ID"),
  tokenUse: "access",
});

/** When a fresh token of the same user ends, in milliseconds since the epoch. @throws `SocketError` `NOT_RENEWED` */
export async function endOf(token: string, userId: string): Promise<number> {
  const checked = await checkToken([verifier], token);
  if (checked.kind === "verified" && checked.claims.sub === userId) return checked.claims.exp * 1_000;
  console.warn("not renewed", { code: checked.kind === "verified" ? "OTHER_USER" : checked.code });
  throw new SocketError("NOT_RENEWED", "The token is not a good one of the user who is connected.");
}
