// An issuer of tokens for the cases: one key that it publishes, one that it does not.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { createAddressOf, toPoolIssuer } from "../../packages/gateway/src/tokens/issuer-addresses.ts";
import type { StockToken } from "./case.ts";

/** A running issuer. */
export interface StockIssuer {
  readonly url: string;
  readonly addressOf: (issuer: string) => string;
  sign(token: StockToken, nowMs: number): Promise<string>;
  close(): Promise<void>;
}

const region = "us-east-1";
const poolId = "us-east-1_Local0001";
const poolIssuer = toPoolIssuer(region, poolId);
const keys = Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);

/** Starts an issuer that is also the user pool `us-east-1_Local0001`. */
export async function startStockIssuer(): Promise<StockIssuer> {
  const [own, other] = await keys;
  const jwks = { keys: [{ ...(await exportJWK(own.publicKey)), kid: "own", alg: "RS256", use: "sig" }] };
  const server = createServer((request, response) => {
    const isPool = request.url?.startsWith(`/${poolId}/`) === true;
    const base = isPool ? `${url}/${poolId}` : url;
    const discovery = { issuer: isPool ? poolIssuer : url, jwks_uri: `${base}/keys` };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url?.endsWith("/keys") ? jwks : discovery));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server has a port
  return {
    url,
    addressOf: createAddressOf(region, [poolId], url),
    async sign({ pool, claims, header, forged, expiresInSeconds = 3600 }, nowMs) {
      const now = Math.floor(nowMs / 1000);
      const said = { iss: pool ? poolIssuer : url, iat: now, exp: now + expiresInSeconds, ...claims };
      const jwt = new SignJWT(said).setProtectedHeader({ alg: "RS256", kid: "own", ...header });
      return jwt.sign((forged ? other : own).privateKey);
    },
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve()))),
  };
}
