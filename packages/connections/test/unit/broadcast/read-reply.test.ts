// Responses as they come over the wire: in pieces, in chunks, without a length, broken.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReply } from "../../../src/broadcast/read-reply.ts";

const read = (text: string, ended = false) => readReply(Buffer.from(text, "latin1"), ended);

describe("readReply", () => {
  it.each([
    ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, ""],
    ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"],
    ["HTTP/1.1 204 No Content\r\n\r\n", 204, ""],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 410 Gone\r\ncontent-length: 2\r\n\r\n{}", 410, "{}"],
    ["HTTP/1.1 429 \r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", 429, "abcde"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\ntrailer: x\r\n\r\n", 200, "a"],
  ])("reads %j, and waits for all of it", (text, status, body) => {
    expect(read(text)).toMatchObject({ status, body, last: false });
    for (let end = 0; end < text.length; end += 1) expect(read(text.slice(0, end))).toBe("more");
  });

  it("finds the type of an error, and the end of the line", () => {
    const text =
      "HTTP/1.1 403 Forbidden\r\nX-Amzn-ErrorType: ForbiddenException\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    expect(read(text)).toEqual({ status: 403, errorType: "ForbiddenException", body: "", last: true });
  });

  it("takes a body without a length when the line ends", () => {
    const text = "HTTP/1.1 500 Oops\r\n\r\nit broke";
    expect(read(text)).toBe("more");
    expect(read(text, true)).toMatchObject({ status: 500, body: "it broke", last: true });
  });

  it.each([
    "SSH-2.0-x\r\n\r\n",
    "HTTP/1.1 200 OK\r\ncontent-length: 1x\r\n\r\na",
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
  ])("refuses %j", (text) => {
    expect(read(text)).toBe("broken");
  });

  it("never throws, whatever comes", () => {
    const piece = fc.constantFrom(
      "HTTP/1.1 200 OK",
      "\r\n",
      "\r\n\r\n",
      "content-length: ",
      "9",
      "0",
      "transfer-encoding: chunked",
      "a",
    );
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, ended) => void read(pieces.join(""), ended)),
    );
  });
});
