// The body of a request: bytes, text, JSON or form, decoded when asked for and once.
import { refusal } from "../http-error.ts";
import { parseJson } from "../json.ts";
import type { HeaderView } from "./headers.ts";
import { parseQuery, type QueryParameters } from "./query.ts";

/** How a body that a schema is to see is decoded. */
export type BodyFormat = "json" | "form" | "text" | "bytes";

/** The part of an event that holds the body. */
interface BodyCarrier {
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/** The body as the caller sent it; what a handler sees on a route without a schema for it. */
export class RequestBody {
  readonly #carrier: BodyCarrier;
  readonly #headers: HeaderView;
  #text: string | undefined;

  constructor(carrier: BodyCarrier, headers: HeaderView) {
    this.#carrier = carrier;
    this.#headers = headers;
  }

  /** Whether nothing was sent. */
  get isEmpty(): boolean {
    const { body } = this.#carrier;
    return typeof body !== "string" || body === "";
  }

  /** How many bytes were sent. */
  get size(): number {
    const { body, isBase64Encoded } = this.#carrier;
    return typeof body === "string"
      ? Buffer.byteLength(body, isBase64Encoded === true ? "base64" : "utf8")
      : 0;
  }

  /** The media type in lower case, without parameters; empty when the caller named none. */
  get type(): string {
    const header = this.#headers.get("content-type") ?? "";
    const end = header.indexOf(";");
    return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  }

  /** The exact bytes. */
  bytes(): Uint8Array {
    const { body, isBase64Encoded } = this.#carrier;
    if (typeof body !== "string") return new Uint8Array();
    return Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
  }

  /**
   * The text, in the charset that the caller named, or else in UTF-8.
   *
   * @throws {HttpError} 415 for a charset that is not known, 400 for bytes that are no text in it.
   */
  text(): string {
    return (this.#text ??= this.#readText());
  }

  /**
   * The value of the JSON, whatever the content type says.
   *
   * @throws {HttpError} 400 with the position when it is malformed or empty, 422 for a forbidden key.
   */
  async json(): Promise<unknown> {
    return parseJson(this.text());
  }

  /** The fields of a form (`application/x-www-form-urlencoded`). */
  form(): QueryParameters {
    return parseQuery(this.text());
  }

  #readText(): string {
    const { body, isBase64Encoded } = this.#carrier;
    if (typeof body !== "string") return "";
    return isBase64Encoded === true ? decodeText(this.bytes(), this.#charset()) : body;
  }

  #charset(): string {
    const header = this.#headers.get("content-type") ?? "";
    return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(header)?.[1] ?? "utf-8";
  }
}

function decodeText(bytes: Uint8Array, charset: string): string {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch (cause) {
    throw refusal(415, "The charset of the body is not known.", { cause });
  }
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw refusal(400, `The body is not valid ${decoder.encoding}.`, { cause });
  }
}

/** Which media types each format takes. */
const accepted: { readonly [Format in Exclude<BodyFormat, "bytes">]: RegExp } = {
  json: /^application\/(?:[a-z0-9.!#$&^_-]+\+)?json$/,
  form: /^application\/x-www-form-urlencoded$/,
  text: /^text\//,
};

const wanted: { readonly [Format in BodyFormat]: string } = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  text: "text/plain",
  bytes: "*/*",
};

/**
 * Decodes a body for a schema. An empty body is `undefined`, so that the schema decides about it.
 *
 * @returns the value, or a promise of it.
 * @throws {HttpError} 415 when the content type is not of the format, else as the readers above.
 */
export function decodeBody(body: RequestBody, format: BodyFormat): unknown {
  if (body.isEmpty) return undefined;
  if (format === "bytes") return body.bytes();
  if (!accepted[format].test(body.type)) {
    throw refusal(415, `This route takes ${wanted[format]}.`, { headers: { accept: wanted[format] } });
  }
  if (format === "json") return parseJson(body.text());
  return format === "form" ? body.form() : body.text();
}
