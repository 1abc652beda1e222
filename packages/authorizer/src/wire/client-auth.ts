// How this API shows an OAuth issuer who is asking: by a secret, or by a key.
import type { PrivateKey } from "../keys/private-key.ts";

/** An OAuth client, with a secret or with a private key. */
export type OauthClient =
  /** `basic` sends the secret in the `Authorization` header, `post` in the body. @default "basic" */
  | { readonly id: string; readonly secret: string; readonly method?: "basic" | "post" }
  /** `private_key_jwt`: the key never leaves this function. */
  | { readonly id: string; readonly privateKey: PrivateKey; readonly audience?: string };

/** What one request carries to show who asks. */
export interface ClientCredentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** Makes the credentials of one request to an endpoint. */
export type ClientAuth = (endpoint: string) => Promise<ClientCredentials>;

/**
 * Makes the credentials of a client.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 * @see https://www.rfc-editor.org/rfc/rfc7523#section-2.2
 */
export function toClientAuth(client: OauthClient, now: () => number): ClientAuth {
  if ("privateKey" in client) return (endpoint) => signed(client, { endpoint, now });
  const { id, secret, method = "basic" } = client;
  const both = [id, secret].map(formEncode).join(":");
  const credentials =
    method === "post"
      ? { headers: {}, form: { client_id: id, client_secret: secret } }
      : { headers: { authorization: `Basic ${Buffer.from(both).toString("base64")}` }, form: {} };
  return async () => credentials;
}

/** An assertion lives for a minute: long enough for the call and for clocks that differ. */
const assertionSeconds = 60;

async function signed(
  client: Extract<OauthClient, { privateKey: PrivateKey }>,
  { endpoint, now }: { readonly endpoint: string; readonly now: () => number },
): Promise<ClientCredentials> {
  const { signJwt } = await import("./sign-jwt.ts");
  const issuedAt = Math.floor(now() / 1000);
  const claims = {
    iss: client.id,
    sub: client.id,
    aud: client.audience ?? endpoint,
    iat: issuedAt,
    exp: issuedAt + assertionSeconds,
    jti: crypto.randomUUID(),
  };
  const form = {
    client_id: client.id,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await signJwt(claims, client.privateKey),
  };
  return { headers: {}, form };
}

/** `application/x-www-form-urlencoded`, which is how the two travel inside Basic. */
function formEncode(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2);
}
