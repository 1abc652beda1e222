// Reads what an issuer publishes, within AWS's limits of time and size.
import { gatewayLimits } from "@gatewright/contract";

/** A JSON document, or why there is none. */
export type FetchedDocument =
  | { readonly ok: true; readonly json: unknown }
  | { readonly ok: false; readonly why: string };

/**
 * Fetches a JSON document within 1,500 ms and of at most 150,000 bytes; redirects are not followed. Never rejects.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
export async function fetchDocument(address: string): Promise<FetchedDocument> {
  const no = (why: string): FetchedDocument => ({ ok: false, why: `${address}: ${why}` });
  if (!isTrustworthy(address)) return no("neither https nor an address of this machine");
  try {
    const signal = AbortSignal.timeout(gatewayLimits.issuerTimeoutMs);
    const answer = await fetch(address, { signal, redirect: "error" });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      return no(`status ${answer.status}`);
    }
    const text = await readAtMost(answer, gatewayLimits.keySetBytes);
    if (text === undefined) return no(`over ${gatewayLimits.keySetBytes} bytes`);
    return { ok: true, json: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return no("not JSON");
    const late = error instanceof Error && error.name === "TimeoutError";
    return no(late ? `no answer within ${gatewayLimits.issuerTimeoutMs} ms` : "out of reach");
  }
}

/** Whether keys from an address can be believed: https, or a server on this machine. */
export function isTrustworthy(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, search, hash } = new URL(address);
  if (search !== "" || hash !== "") return false;
  const local = /^(?:127(?:\.\d+){3}|\[::1\]|(?:.+\.)?localhost)$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && local);
}

async function readAtMost(answer: Response, most: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
