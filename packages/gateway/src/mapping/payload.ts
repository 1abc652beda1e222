// Text or bytes: what `binaryMediaTypes` and `contentHandling` make of a body on its way.
import { isBase64 } from "../invoke/base64.ts";
import type { ContentHandling } from "../model/integration.ts";

/** Raised where text that must be base64 is not. */
export class NotBase64 extends Error {}

/** A body on its way: bytes stay as they are, text goes through templates. */
export type Payload = { readonly text: string } | { readonly bytes: Buffer };

/** How a body comes, and what its media type says of it. */
export interface Incoming {
  readonly body: Buffer;
  readonly isBinary: boolean;
  readonly handling: ContentHandling | undefined;
}

/**
 * The body of a request for its integration.
 *
 * @throws NotBase64
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
 */
export function toRequestPayload({ body, isBinary, handling }: Incoming): Payload {
  if (isBinary) return handling === "CONVERT_TO_TEXT" ? { text: body.toString("base64") } : { bytes: body };
  return handling === "CONVERT_TO_BINARY" ? { bytes: decode(body) } : { text: body.toString("utf8") };
}

/**
 * The body of an answer for the client, who asked for binary or text by the first type of `Accept`.
 *
 * @throws NotBase64
 */
export function toAnswerPayload(from: Incoming, to: { readonly wantsBinary: boolean }): Payload {
  const { body, isBinary, handling } = from;
  if (handling === "CONVERT_TO_BINARY") return { bytes: isBinary ? body : decode(body) };
  if (handling === "CONVERT_TO_TEXT") return { text: body.toString(isBinary ? "base64" : "utf8") };
  if (isBinary) return to.wantsBinary ? { bytes: body } : { text: body.toString("base64") };
  return to.wantsBinary ? { bytes: decode(body) } : { text: body.toString("utf8") };
}

/** The bytes of a payload, as they go out. */
export function toBytes(payload: Payload): Buffer {
  return "bytes" in payload ? payload.bytes : Buffer.from(payload.text);
}

/** The text of a payload, as a template sees it. */
export function toPayloadText(payload: Payload): string {
  return "bytes" in payload ? payload.bytes.toString("utf8") : payload.text;
}

function decode(body: Buffer): Buffer {
  const text = body.toString("latin1").replaceAll(/^\s*"|"\s*$|\s/g, ""); // a function's text is JSON, in quotes
  if (!isBase64(text)) throw new NotBase64();
  return Buffer.from(text, "base64");
}
