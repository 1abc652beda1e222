// Signs a JWT of our own: loaded where one is needed.
import { importJWK } from "jose/key/import";
import { SignJWT } from "jose/jwt/sign";
import type { JWK } from "jose";
import type { PrivateKey } from "../keys/private-key.ts";

/** Signs claims with a private key, by the key's own algorithm. */
export async function signJwt(
  claims: Readonly<Record<string, unknown>>,
  key: PrivateKey,
  type: string = "JWT",
): Promise<string> {
  const { alg, kid } = key;
  const header = { alg, typ: type, ...(kid === undefined ? {} : { kid }) };
  return new SignJWT(claims).setProtectedHeader(header).sign(await importJWK(key as JWK, alg)); // a JWK by its type
}
