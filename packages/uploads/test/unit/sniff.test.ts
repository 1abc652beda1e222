// Types by first bytes: what is let through, and what is not.
import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { bytesToTell, fitsType } from "../../src/sniff.ts";

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4);
  return Buffer.concat([head, data, Buffer.alloc(4)]);
}

const header = Buffer.from("89504e470d0a1a0a", "hex");
const size = Buffer.from("00000001000000010802000000", "hex");
const end = [chunk("IDAT", deflateSync(Buffer.alloc(4))), chunk("IEND", Buffer.alloc(0))];
const png = Buffer.concat([header, chunk("IHDR", size), ...end]);
const profiled = Buffer.concat([header, chunk("IHDR", size), chunk("iCCP", Buffer.alloc(9000, 1)), ...end]);
const animated = Buffer.concat([header, chunk("IHDR", size), chunk("acTL", Buffer.alloc(8)), ...end]);
const ascii = (text: string) => Buffer.from(text, "latin1");
const zip = Buffer.concat([
  ascii("PK\x03\x04\x14\0\0\0\x08\0"),
  Buffer.alloc(16),
  ascii("\x0a\0\0\0other.file"),
  Buffer.alloc(100),
]);
const mp4 = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  ascii("ftypisom\0\0\x02\0isomiso2"),
  Buffer.alloc(50),
]);
const id3 = Buffer.concat([ascii("ID3\x03\0\0\0\x00\x7f\x7f"), Buffer.alloc(6000)]);
const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

test.each([
  ["image/png", png],
  ["image/png", profiled],
  ["image/png", animated],
  ["image/jpg", Buffer.from("ffd8ffe000104a464946", "hex")],
  ["video/mp4", mp4],
  ["audio/mpeg", id3],
  ["audio/mp3", id3],
  ["application/zip", zip],
  [word, zip],
  ["application/pdf", ascii("%PDF-1.7\n")],
  ["text/plain", ascii("hello")],
  ["text/csv", ascii("a,b\n1,2\n")],
  ["application/json", ascii("{}")],
  ["text/plain", ascii("BMW, prices of")],
  ["text/plain", Buffer.from("\uFEFFtext", "utf16le")],
  ["application/rss+xml", ascii('<?xml version="1.0"?><rss/>')],
  ["text/rtf", ascii("{\\rtf1\\ansi")],
  ["image/svg+xml", ascii('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ["image/svg+xml", ascii('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
  ["application/octet-stream", png],
  ["application/vnd.mine", ascii("anything")],
])("%s is let through", async (type, bytes) => {
  expect(await fitsType(type, bytes.subarray(0, bytesToTell))).toBe(true);
});

test.each([
  ["image/png", ascii("not a picture")],
  ["image/png", Buffer.from("ffd8ffe000104a464946", "hex")],
  ["image/jpeg", png],
  ["image/bmp", ascii("%PDF-1.7\n")],
  ["text/plain", png],
  ["text/csv", ascii("MZ\x90\0\x03\0\0\0")],
  ["application/json", zip],
  ["video/mp4", ascii("<html><script>alert(1)</script>")],
  ["audio/mpeg", mp4],
  ["application/pdf", zip],
  ["application/vnd.mine", png],
])("%s is refused for bytes of something else", async (type, bytes) => {
  expect(await fitsType(type, bytes.subarray(0, bytesToTell))).toBe(false);
});
