// Messages of `application/vnd.amazon.eventstream`: headers of text and a payload, each with its lengths and sums.
import { crc32 } from "node:zlib";

const preludeBytes = 12;
const sumBytes = 4;
/** The kind of a header's value that is text. */
const text = 7;

/**
 * Writes one message.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function toMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const [key, words] = [Buffer.from(name), Buffer.from(value)];
      return Buffer.concat([
        Buffer.from([key.length]),
        key,
        Buffer.from([text, words.length >> 8, words.length & 255]),
        words,
      ]);
    }),
  );
  const message = Buffer.alloc(preludeBytes + head.length + payload.length + sumBytes);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  message.set(head, preludeBytes);
  message.set(payload, preludeBytes + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, -sumBytes)), message.length - sumBytes);
  return message;
}

/** Writes an event of a service's stream. */
export function toEvent(type: string, contentType: string, payload: Uint8Array): Buffer {
  const headers = { ":event-type": type, ":content-type": contentType, ":message-type": "event" };
  return toMessage(headers, payload);
}
