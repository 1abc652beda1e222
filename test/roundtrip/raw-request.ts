// A request with every byte of its target, headers and body as given: fetch would tidy them up.
import { request, type Agent } from "node:http";
import { buffer } from "node:stream/consumers";

/** What goes over the wire. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly target: string;
  /** Names and values in their order; a name may come more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

/** What came back. */
export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** Sends a request to an address without a path of its own. */
export function sendRaw(origin: string, raw: RawRequest, agent: Agent): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const length: readonly (readonly [string, string])[] =
    raw.body.length > 0 ? [["Content-Length", String(raw.body.length)]] : [];
  const headers = [["Host", `${hostname}:${port}`] as const, ...raw.headers, ...length].flat();
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, agent, method: raw.method, path: raw.target, headers },
      (answer) => {
        buffer(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
      },
    );
    asked.once("error", reject);
    asked.end(raw.body);
  });
}
