// Where the page finds the chat: read from /config.json, which a deployment or the local start writes.

/** Addresses without a trailing slash. */
export interface PageConfig {
  readonly http: string;
  readonly websocket: string;
  /** A Cognito user pool's endpoint and app client. */
  readonly signIn: { readonly url: string; readonly clientId: string };
}

/** Reads `/config.json`. */
export async function readConfig(): Promise<PageConfig> {
  const answer = await fetch("/config.json", { cache: "no-store" });
  if (!answer.ok) throw new Error("The page has no /config.json; see examples/chat/README.md.");
  return (await answer.json()) as PageConfig; // written by us
}
