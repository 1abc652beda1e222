// What callers of a case show of themselves: signatures and tokens, made when the request is sent.
import { payloadHash, presignUrl, signRequest } from "@gatewright/signature";
import type { SignAs, Step } from "./case.ts";
import type { Serving } from "./serve.ts";

type Request = Step["request"];

/** The request with its token and its signature. */
export async function prove(request: Request, serving: Serving): Promise<Request> {
  const { token, sign, ...plain } = request;
  let headers = plain.headers ?? {};
  if (token) {
    const jwt = await serving.issuer.sign(token, serving.clock.now());
    headers = { ...headers, [token.inHeader ?? "authorization"]: token.bare ? jwt : `Bearer ${jwt}` };
  }
  return sign ? signed({ ...plain, headers }, sign, serving) : { ...plain, headers };
}

function signed(request: Request, sign: SignAs, serving: Serving): Request {
  const { method = "GET", path, headers = {}, body = "" } = request;
  const identity = serving.identities.find(({ name }) => name === sign.as);
  const { accessKeyId = "AKIAUNKNOWN000000000", secretAccessKey = "unknown", sessionToken } = identity ?? {};
  const token = sign.sessionToken ?? sessionToken;
  const signer = {
    credentials: {
      accessKeyId,
      secretAccessKey: sign.secret ?? secretAccessKey,
      ...(token !== undefined && { sessionToken: token }),
    },
    region: sign.region ?? "us-east-1",
    service: sign.service ?? "execute-api",
    now: new Date(serving.clock.now() + (sign.afterMs ?? 0)),
  };
  const host = typeof headers["host"] === "string" ? headers["host"] : `127.0.0.1:${serving.port}`;
  const url = new URL(`http://${host}${sign.path ?? path}`);
  if (sign.inQuery) {
    const presigned = presignUrl({ method, url, expires: 60, payloadHash: payloadHash(body) }, signer);
    return { ...request, path: `${presigned.pathname}${presigned.search}` };
  }
  const one = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
  const { host: _, ...others } = one;
  const proof = signRequest({ method, url, headers: others, payloadHash: payloadHash(body) }, signer);
  return { ...request, headers: { ...headers, ...proof } };
}
