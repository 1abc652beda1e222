// How long each frame is: the protocol library hands out whole messages, API Gateway also limits their frames.

/**
 * Watches the bytes that a client sends and calls `tooLong` once, at the first frame over `maxBytes`.
 *
 * It reads frame headers only and looks at no payload; chunks may be cut anywhere.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export function watchFrames(maxBytes: number, tooLong: () => void): (chunk: Uint8Array) => void {
  const header = new Uint8Array(10);
  let known = 0;
  let payloadLeft = 0;
  let tripped = false;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length && !tripped) {
      if (payloadLeft > 0) {
        const taken = Math.min(payloadLeft, chunk.length - at);
        payloadLeft -= taken;
        at += taken;
        continue;
      }
      header[known] = chunk[at] ?? 0;
      known += 1;
      at += 1;
      if (known < headerLength(header, known)) continue;
      const length = payloadLength(header);
      if (length > maxBytes) {
        tripped = true;
        tooLong();
      }
      payloadLeft = length + (isMasked(header) ? 4 : 0);
      known = 0;
    }
  };
}

const isMasked = (header: Uint8Array): boolean => ((header[1] ?? 0) & 0x80) !== 0;
const shortLength = (header: Uint8Array): number => (header[1] ?? 0) & 0x7f;

/** Bytes up to and including the length field; the masking key counts as payload here. */
function headerLength(header: Uint8Array, known: number): number {
  if (known < 2 || shortLength(header) < 126) return 2;
  return shortLength(header) === 126 ? 4 : 10;
}

function payloadLength(header: Uint8Array): number {
  const short = shortLength(header);
  const view = new DataView(header.buffer);
  if (short === 126) return view.getUint16(2);
  if (short === 127) return view.getUint32(2) * 0x1_0000_0000 + view.getUint32(6);
  return short;
}
