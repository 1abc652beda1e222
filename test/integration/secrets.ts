// What must never be told to a developer's terminal, and the search for it.
import type { RunningChat, SignedIn } from "./running-chat.ts";

/** Everything of a run that is a secret: tokens with their parts, passwords, API keys, the local account's own. */
export function secretsOf(chat: RunningChat, users: readonly SignedIn[]): readonly string[] {
  const tokens = users.flatMap(({ accessToken, idToken, refreshToken }) => [
    accessToken,
    idToken,
    refreshToken,
  ]);
  return [
    ...tokens.flatMap((token) => token.split(".")).filter((part) => part.length > 0 && !isHeader(part)),
    ...(chat.definition.userPools[0]?.users.map(({ password }) => password) ?? []),
    ...chat.gateway.apiKeys.map(({ value }) => value),
    chat.gateway.environment["AWS_SECRET_ACCESS_KEY"] ?? "",
  ];
}

/** The first part of a token says how it is signed, which is no secret. */
function isHeader(part: string): boolean {
  return Buffer.from(part, "base64url").toString().startsWith('{"kid"');
}

/** The lines that hold a secret, in any of the ways that it is written down. */
export function linesWith(secrets: readonly string[], lines: readonly string[]): readonly string[] {
  const written = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString("base64").replaceAll("=", ""),
  ]);
  return lines.filter((line) => written.some((text) => line.includes(text)));
}
