// One call to an issuer over HTTP: JSON back, within a time and a size, and never a redirect.

/** What to ask. */
export interface HttpCall {
  readonly url: URL;
  /** A body makes it a POST. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For connecting, asking and reading together. */
  readonly timeoutMs: number;
}

/** What came of it. `json` is `undefined` where the body is not JSON. `detail` names the host, and nothing sent. */
export type HttpAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly json: unknown }
  | { readonly kind: "failed"; readonly reason: "timed-out" | "unreachable"; readonly detail: string };

/** The network, as narrow as the verifiers need it. Never rejects. */
export type HttpPort = (call: HttpCall) => Promise<HttpAnswer>;

/** No key set and no introspection answer is longer. */
const mostBytes = 1_048_576;

/**
 * Asks over Node's own `https`, which is loaded with the first call: `fetch` would cost a cold start 25 ms.
 *
 * Plain HTTP is for `http:` addresses; who may have one is decided by whoever makes the address.
 */
export const httpJson: HttpPort = (call) => {
  const { url, body, headers, timeoutMs } = call;
  const { request } = process.getBuiltinModule(url.protocol === "http:" ? "node:http" : "node:https");
  return new Promise((resolve) => {
    const fail = (reason: "timed-out" | "unreachable", why: string): void =>
      resolve({ kind: "failed", reason, detail: `${url.host}: ${why}` });
    const options = {
      method: body === undefined ? "GET" : "POST",
      headers: { accept: "application/json", ...headers },
    };
    const outgoing = request(url, options, (response) => {
      void read(response).then(
        (text) => resolve({ kind: "answered", status: response.statusCode ?? 0, json: parse(text) }),
        (error: unknown) => fail("unreachable", reasonOf(error)),
      );
    });
    const timer = setTimeout(() => {
      fail("timed-out", `no answer within ${timeoutMs} ms`);
      outgoing.destroy();
    }, timeoutMs);
    outgoing.on("close", () => clearTimeout(timer));
    outgoing.on("error", (error) => fail("unreachable", reasonOf(error)));
    outgoing.end(body);
  });
};

async function read(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw Object.assign(new Error("too long"), { code: "ANSWER_TOO_LONG" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the reader of the answer says what that means
  }
}

/** The system's code (`ECONNREFUSED`, `ENOTFOUND` …), and never a message, which might repeat what was sent. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "failed";
}

/** Whether secrets may be sent to an address: over TLS, or without leaving this machine. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    protocol === "https:" || (protocol === "http:" && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
  );
}
