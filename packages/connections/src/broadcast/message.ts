// What is sent: a payload turned into text once, and measured before anything leaves.
import { limits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import type { Message } from "./poster.ts";

/** Text as it is, bytes of UTF-8 text, or anything that JSON can hold. */
export type Payload = string | number | boolean | object | null;

/**
 * Makes a message: strings go as they are, bytes must be UTF-8 text, everything else becomes JSON.
 *
 * @throws `PAYLOAD_TOO_LARGE` over 131,072 bytes; `PAYLOAD_NOT_TEXT` for what cannot be text.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export function toMessage(payload: Payload): Message {
  const bytes = toBytes(payload);
  const limit = limits.websocketMessageBytes;
  if (bytes.length > limit) throw failures.create("PAYLOAD_TOO_LARGE", { bytes: bytes.length, limit });
  return { bytes };
}

function toBytes(payload: Payload): Uint8Array {
  if (typeof payload === "string") return Buffer.from(payload);
  if (payload instanceof Uint8Array) {
    const { isUtf8 } = process.getBuiltinModule("node:buffer");
    if (!isUtf8(payload)) throw failures.create("PAYLOAD_NOT_TEXT", { given: "bytes that are not UTF-8" });
    return payload.slice();
  }
  return Buffer.from(toJson(payload));
}

function toJson(payload: unknown): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(payload);
  } catch (cause) {
    throw failures.create("PAYLOAD_NOT_TEXT", { given: "a value that JSON cannot hold" }, { cause });
  }
  if (json === undefined)
    throw failures.create("PAYLOAD_NOT_TEXT", { given: `a value of type ${typeof payload}` });
  return json;
}
