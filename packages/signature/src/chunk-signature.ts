// The chain of signatures over a body that is sent in signed chunks.
import { payloadHash } from "./payload-hash.ts";
import { signText, toScopeText } from "./signing-key.ts";
import type { Accepted } from "./verify-request.ts";

/** The request that the chunks belong to, and whose secret signs them. */
export type ChunkSigner = Pick<Accepted, "amzDate" | "scope"> & { readonly secretAccessKey: string };

const nothing = payloadHash("");

/**
 * Signs one chunk; `previous` is the signature before it, at first the request's own.
 *
 * @param chunkHash SHA-256 of the chunk in hexadecimal; the last chunk is empty.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function signChunk(previous: string, chunkHash: string, signer: ChunkSigner): string {
  const { amzDate, scope, secretAccessKey } = signer;
  const text = ["AWS4-HMAC-SHA256-PAYLOAD", amzDate, toScopeText(scope), previous, nothing, chunkHash];
  return signText(text.join("\n"), secretAccessKey, scope);
}

/**
 * Signs the trailing headers that follow the last chunk.
 *
 * @param trailers As in `x-amz-checksum-crc32:AAAAAA==\n`, names in lower case.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function signTrailer(previous: string, trailers: string, signer: ChunkSigner): string {
  const { amzDate, scope, secretAccessKey } = signer;
  const text = ["AWS4-HMAC-SHA256-TRAILER", amzDate, toScopeText(scope), previous, payloadHash(trailers)];
  return signText(text.join("\n"), secretAccessKey, scope);
}
