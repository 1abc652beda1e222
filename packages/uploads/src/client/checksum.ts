// SHA-256 of files and parts, worked out beside the page so that it stays smooth.

/** Works out checksums until it is closed. */
export interface Hasher {
  /** In base64. */
  hash(bytes: Blob): Promise<string>;
  close(): void;
}

/** The worker's whole program; it loads nothing. */
const program =
  "onmessage=async({data:[n,b]})=>{try{postMessage([n,await crypto.subtle.digest('SHA-256',await b.arrayBuffer())])}catch(e){postMessage([n,null,String(e)])}}";

/**
 * Starts a worker; where the page's policy forbids workers from blobs, the page itself does the work.
 *
 * Web Crypto is there only in secure contexts: `https:` and localhost.
 */
export function startHasher(): Hasher {
  const worker = startWorker();
  const waiting = new Map<number, (bytes: ArrayBuffer | null, why?: string) => void>();
  let last = 0;
  let broken = worker === undefined;
  worker?.addEventListener("message", ({ data: [number, bytes, why] }) => waiting.get(number)?.(bytes, why));
  worker?.addEventListener("error", () => {
    broken = true;
    for (const answer of waiting.values()) answer(null);
  });
  const ask = (bytes: Blob): Promise<ArrayBuffer | null> =>
    new Promise((resolve) => {
      const number = ++last;
      waiting.set(number, (digest) => {
        waiting.delete(number);
        resolve(digest);
      });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
      worker?.postMessage([number, bytes]);
    });
  return {
    async hash(bytes) {
      const asked = broken ? null : await ask(bytes);
      return toBase64(asked ?? (await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer())));
    },
    close: () => worker?.terminate(),
  };
}

/** The SHA-256 of a file in base64: ask for its ticket with it. For files that fit into memory. */
export async function checksumOf(file: Blob): Promise<string> {
  const hasher = startHasher();
  try {
    return await hasher.hash(file);
  } finally {
    hasher.close();
  }
}

function startWorker(): Worker | undefined {
  try {
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    const worker = new Worker(url);
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    return worker;
  } catch {
    return undefined; // no workers here
  }
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
