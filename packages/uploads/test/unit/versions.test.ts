// A bucket that keeps versions: what is moved is the version that was looked at, whatever has come since.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memoryTickets } from "../../src/index.ts";
import { type Bench, bucket, png, pngFile, startBench } from "./bench.ts";

/** Answers as S3 does for a bucket with versions, of whose objects the second version is the latest. */
let server: Server;
let bench: Bench;
let endpoint: string;
const asked: IncomingMessage[] = [];
const object = {
  "content-type": "image/png",
  "content-range": `bytes 0-${png.length - 1}/${png.length}`,
  etag: '"second"',
  "x-amz-version-id": "v 2/b",
  "x-amz-meta-owner": "ada",
  "x-amz-meta-name": "cat.png",
  "x-amz-meta-size": String(png.length),
};
beforeAll(async () => {
  bench = await startBench();
  server = createServer((request, response) => {
    asked.push(request);
    if (request.method === "GET") response.writeHead(206, object).end(png);
    else if (request.method === "PUT")
      response.end('<CopyObjectResult><ETag>"second"</ETag></CopyObjectResult>');
    else response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});
afterAll(async () => {
  server.close();
  await bench.end();
});

test("the version that was looked at is the one that is moved", async () => {
  const uploads = bench.anyUploads({ endpoint, method: "post", proof: { tickets: memoryTickets() } });
  const ticket = await uploads.ticket(pngFile);
  const key = encodeURIComponent(ticket.key).replaceAll("%2F", "/");
  // two events of one key, the later one first, as S3 may send them
  const records = ["v%202%2Fb", "v1"].map((versionId, at) => ({
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Post",
    s3: { bucket: { name: bucket }, object: { key, versionId, sequencer: `00${9 - at}` } },
  }));
  expect(await uploads.receiveEvent({ Records: records })).toMatchObject({ proven: 1, ignored: 1 });
  const copies = asked.filter(({ method }) => method === "PUT");
  expect(
    copies.map(({ headers }) => [headers["x-amz-copy-source"], headers["x-amz-copy-source-if-match"]]),
  ).toEqual([[`${bucket}/${ticket.key}?versionId=v%202%2Fb`, '"second"']]);
});
