// A stream read by lines and by counts, never whole.
import { S3Error } from "./s3-error.ts";

const lineBytesAtMost = 8192;
const empty = Buffer.alloc(0);

/** Reads a stream of bytes piece by piece. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = empty;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /**
   * The text up to the next CR LF, without it; `""` at the end of the stream where `endAllowed`.
   *
   * @throws S3Error `IncompleteBody` at the end of the stream, `InvalidRequest` after 8 KB.
   */
  async line(endAllowed = false): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\r\n");
      if (end >= 0) {
        const line = this.#rest.toString("latin1", 0, end);
        this.#rest = this.#rest.subarray(end + 2);
        return line;
      }
      if (this.#rest.length > lineBytesAtMost)
        throw new S3Error("InvalidRequest", "A line of the body is too long.");
      const more = await this.#next();
      if (!more && endAllowed && this.#rest.length === 0) return "";
      if (!more) throw new S3Error("IncompleteBody");
      this.#rest = Buffer.concat([this.#rest, more]);
    }
  }

  /** The next `count` bytes, in pieces. */
  async *take(count: number): AsyncGenerator<Buffer, void, undefined> {
    let left = count;
    while (left > 0) {
      const piece = this.#rest.length > 0 ? this.#rest : await this.#next();
      if (!piece) throw new S3Error("IncompleteBody");
      const taken = piece.subarray(0, left);
      this.#rest = piece.subarray(taken.length);
      left -= taken.length;
      yield taken;
    }
  }

  async #next(): Promise<Buffer | undefined> {
    const { done, value } = await this.#source.next();
    return done ? undefined : value;
  }
}
