// Posts that are signed beforehand: what is left is HTTP alone.
import { environmentCredentials, payloadHash, signRequest } from "@gatewright/signature";
import type { Audience } from "./poster.ts";

/** One post, ready to be sent. */
export interface Presigned {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Signs each text for everybody. */
export function presign(
  { endpoint, connectionIds }: Audience,
  texts: readonly string[],
): ReadonlyMap<string, readonly Presigned[]> {
  const signer = { credentials: environmentCredentials(), region: "us-east-1", service: "execute-api" };
  return new Map(
    texts.map((text) => {
      const hash = payloadHash(text);
      const posts = connectionIds.map((connectionId): Presigned => {
        const url = new URL(`${endpoint}/@connections/${encodeURIComponent(connectionId)}`);
        return { url, text, headers: signRequest({ method: "POST", url, payloadHash: hash }, signer) };
      });
      return [text, posts];
    }),
  );
}
