// The framing that SDKs put around a body which they send while reading it: sizes, signatures, trailers.
import { createHash } from "node:crypto";
import { type ChunkSigner, sameText, signChunk, signTrailer } from "@gatewright/signature";
import { ByteReader } from "./byte-reader.ts";
import { S3Error } from "./s3-error.ts";

/** What is known of the frame before it is opened. */
export interface Framing {
  /** Whether headers follow the last chunk. */
  readonly trailing: boolean;
  /** Who signs the chunks, and the request's own signature; left out where chunks are not signed. */
  readonly chain?: ChunkSigner & { readonly seed: string };
}

/**
 * Takes the framing off a body; the trailing headers go into `trailers` when the body is through.
 *
 * A chunk's bytes are handed on before its signature is seen: keep nothing until the last one has come.
 *
 * @throws S3Error `SignatureDoesNotMatch`, `IncompleteBody`, `InvalidRequest`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function* unframe(
  source: AsyncIterable<Buffer>,
  framing: Framing,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer, void, undefined> {
  const reader = new ByteReader(source);
  let previous = framing.chain?.seed ?? "";
  for (;;) {
    const { size, signature } = readChunkHead(await reader.line());
    const hash = createHash("sha256");
    for await (const piece of reader.take(size)) {
      hash.update(piece);
      yield piece;
    }
    if (framing.chain) {
      const expected = signChunk(previous, hash.digest("hex"), framing.chain);
      if (!sameText(expected, signature)) throw new S3Error("SignatureDoesNotMatch");
      previous = expected;
    }
    if (size === 0) break;
    if ((await reader.line()) !== "") throw new S3Error("InvalidRequest", "A chunk is longer than it says.");
  }
  await readTrailers(reader, trailers);
  if (framing.chain && framing.trailing) checkTrailers(trailers, previous, framing.chain);
}

function readChunkHead(line: string): { size: number; signature: string } {
  const head = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line);
  if (!head) throw new S3Error("InvalidRequest", "The body is not framed as aws-chunked.");
  return { size: Number.parseInt(head[1] ?? "0", 16), signature: head[2] ?? "" };
}

async function readTrailers(reader: ByteReader, trailers: Map<string, string>): Promise<void> {
  for (let line = await reader.line(true); line !== ""; line = await reader.line(true)) {
    const colon = line.indexOf(":");
    if (colon < 1 || trailers.size >= 16)
      throw new S3Error("InvalidRequest", "The trailing headers are malformed.");
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function checkTrailers(trailers: Map<string, string>, previous: string, signer: ChunkSigner): void {
  const signature = trailers.get("x-amz-trailer-signature") ?? "";
  trailers.delete("x-amz-trailer-signature");
  const text = [...trailers].map(([name, value]) => `${name}:${value}\n`).join("");
  if (!sameText(signTrailer(previous, text, signer), signature)) throw new S3Error("SignatureDoesNotMatch");
}
