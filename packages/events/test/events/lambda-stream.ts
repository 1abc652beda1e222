// Lambda's side of a stream: the global of its runtime, and a reader as slow as a test wants.
import { Writable } from "node:stream";

type Streamed = (event: unknown, out: Writable, context: unknown) => Promise<void>;

/** What arrived at the gateway. */
export interface Arrived {
  readonly type: string | undefined;
  readonly prelude: Record<string, unknown>;
  readonly body: Buffer;
  /** Most bytes that were waiting at any time. */
  readonly mostWaiting: number;
}

/** Stands for `awslambda` as the Node.js runtime of Lambda defines it. */
export const awslambda = {
  streamifyResponse: (handler: Streamed): Streamed => Object.assign(handler, { streaming: true }),
};

/** A response stream that takes one chunk in each turn of the event loop. */
export class SlowStream extends Writable {
  type: string | undefined;
  mostWaiting = 0;
  readonly #chunks: Buffer[] = [];

  constructor(highWaterMark = 1024) {
    super({ highWaterMark });
  }

  setContentType(type: string): void {
    this.type = type;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength);
    this.#chunks.push(chunk);
    setImmediate(done);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** What a gateway makes of it: metadata up to eight zero bytes, then the body. */
  arrived(): Arrived {
    const end = this.bytes.indexOf(Buffer.alloc(8));
    if (end === -1) throw new Error("there are no eight zero bytes");
    return {
      type: this.type,
      prelude: JSON.parse(this.bytes.subarray(0, end).toString()) as Record<string, unknown>,
      body: this.bytes.subarray(end + 8),
      mostWaiting: this.mostWaiting,
    };
  }
}
