// Files in parts: signed when asked for, counted by S3, completed once.
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startUpload, upload, UploadError } from "../../src/client/index.ts";
import { memoryTickets, type PartsAnswer, type PartsTicket, type Uploads } from "../../src/index.ts";
import { toPartSize } from "../../src/parts-command.ts";
import { type Bench, bucket, startBench } from "./bench.ts";
import { NodeRequest } from "./client/node-request.ts";

const mib = 1024 ** 2;
const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(17 * mib)]);
const file = { filename: "film.pdf", contentType: "application/pdf", size: bytes.length, owner: "ada" };
const rules = { maxBytes: 1024 ** 4, types: ["application/pdf"] };
const by = { owner: "ada" };
const failing = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) });
const sha256 = (part: Uint8Array) => createHash("sha256").update(part).digest("base64");
const partOf = (number: number) => bytes.subarray((number - 1) * 8 * mib, number * 8 * mib);

let bench: Bench;
let uploads: Uploads;
let now: number;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.end());
beforeEach(() => {
  now = Date.now();
  uploads = bench.anyUploads({ method: "parts", rules, proof: { tickets: memoryTickets(), now: () => now } });
});

async function begin(more: object = {}): Promise<PartsTicket> {
  const ticket = await uploads.ticket({ ...file, ...more });
  if (ticket.method !== "PARTS") throw new Error("not in parts");
  return ticket;
}

async function sign(
  id: string,
  number: number,
  checksum?: string,
): Promise<NonNullable<PartsAnswer["signed"]>[number]> {
  const parts = [{ number, ...(checksum !== undefined && { checksum }) }];
  const { signed = [] } = await uploads.answerParts({ do: "sign", id, parts }, by);
  return signed[0] ?? { number, url: "", headers: {} };
}

async function sendPart(
  id: string,
  number: number,
  body: Uint8Array<ArrayBuffer> = partOf(number),
): Promise<number> {
  const { url, headers } = await sign(id, number, sha256(partOf(number)));
  return (await fetch(url, { method: "PUT", headers, body })).status;
}

describe("the way of a file", () => {
  test.each([
    [1, "POST"],
    [100 * mib, "POST"],
    [100 * mib + 1, "PARTS"],
  ])("of %d bytes is by %s", async (size, method) => {
    const bySize = bench.anyUploads({ rules, proof: { tickets: memoryTickets() } });
    expect((await bySize.ticket({ ...file, size })).method).toBe(method);
  });

  test("is never in parts where nothing is remembered, and so has at most 5 GB", async () => {
    const simple = { maxBytes: 5 * 1024 ** 3, types: ["*"].map(() => "application/pdf") };
    expect(
      (await bench.anyUploads({ rules: simple }).ticket({ ...file, size: simple.maxBytes })).method,
    ).toBe("POST");
    expect(() => bench.anyUploads({ rules: { ...simple, maxBytes: simple.maxBytes + 1 } })).toThrow(
      failing("RULES_INVALID"),
    );
    expect(() =>
      bench.anyUploads({
        rules: { ...rules, maxBytes: 5 * 1024 ** 4 + 1 },
        proof: { tickets: memoryTickets() },
      }),
    ).toThrow(failing("RULES_INVALID"));
  });

  test.each([
    [1, 8 * mib],
    [80_000 * mib, 8 * mib],
    [80_000 * mib + 1, 9 * mib],
    [5 * 1024 ** 4, 525 * mib],
  ])("of %d bytes has parts of %d", (size, partSize) => {
    expect(toPartSize(size)).toBe(partSize);
    expect(Math.ceil(size / partSize)).toBeLessThanOrEqual(10_000);
  });
});

describe("a file in parts", () => {
  test("arrives in any order, and its proof is that of S3", async () => {
    const { id } = await begin();
    for (const number of [3, 1, 2]) expect(await sendPart(id, number)).toBe(200);
    const { stored } = await uploads.answerParts({ do: "list", id }, by);
    expect(stored?.map(({ number, size, checksum }) => [number, size, checksum])).toEqual(
      [1, 2, 3].map((number) => [number, partOf(number).length, sha256(partOf(number))]),
    );
    await expect(uploads.confirm(id)).rejects.toEqual(failing("NOT_ARRIVED"));
    expect(await uploads.answerParts({ do: "complete", id }, by)).toEqual({});
    expect(await uploads.answerParts({ do: "complete", id }, by)).toEqual({});
    expect(await uploads.confirm(id)).toMatchObject({
      size: bytes.length,
      etag: expect.stringMatching(/-3"$/),
    });
    const got = Buffer.from(await (await fetch(await uploads.downloadUrl(id))).arrayBuffer());
    expect(got.equals(bytes)).toBe(true);
    expect(await uploads.answerParts({ do: "list", id }, by)).toEqual({});
  });

  test("has parts of exactly the signed length, checksum and number", async () => {
    const { id } = await begin();
    const { url, headers } = await sign(id, 3, sha256(partOf(3)));
    const status = async (
      body: Uint8Array<ArrayBuffer>,
      to: string = url,
      more: Record<string, string> = headers,
    ) => (await fetch(to, { method: "PUT", headers: more, body })).status;
    expect(await status(partOf(3).subarray(1))).toBe(403);
    expect(await status(Buffer.concat([partOf(3), Buffer.alloc(1)]))).toBe(403);
    expect(await status(Buffer.alloc(partOf(3).length))).toBe(400);
    expect(await status(partOf(3), url.replace("partNumber=3", "partNumber=2"))).toBe(403);
    expect(await status(partOf(3), url, { "x-amz-checksum-sha256": sha256(partOf(2)) })).toBe(403);
    expect(await status(partOf(3), url, {})).toBe(403);
    expect(await status(partOf(3))).toBe(200);
  });

  test("is completed only when every part is there", async () => {
    const { id } = await begin();
    await sendPart(id, 2);
    await expect(uploads.answerParts({ do: "complete", id }, by)).rejects.toEqual(
      failing("PARTS_MISSING", { missing: [1, 3] }),
    );
  });

  test("is found by the sweep a minute after it was completed, though its ticket lasts a day", async () => {
    const { id } = await begin();
    for (const number of [1, 2, 3]) await sendPart(id, number);
    await uploads.answerParts({ do: "complete", id }, by);
    expect(await uploads.sweep()).toMatchObject({ proven: 0, pending: 0 });
    now += 61_000;
    expect(await uploads.sweep()).toMatchObject({ proven: 1, pending: 0 });
    expect(await uploads.answerParts({ do: "complete", id }, by)).toEqual({});
  });

  test("may promise the CRC of the whole, and then needs none of its parts", async () => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(bytes));
    const send = async (checksum: string) => {
      const { id, checksums } = await begin({ checksum: { algorithm: "crc32", value: checksum } });
      expect(checksums).toBe(false);
      for (const number of [1, 2, 3]) {
        const { url } = await sign(id, number);
        expect((await fetch(url, { method: "PUT", body: partOf(number) })).status).toBe(200);
      }
      await expect(sign(id, 1, sha256(partOf(1)))).rejects.toEqual(failing("COMMAND_INVALID"));
      await uploads.answerParts({ do: "complete", id }, by);
      return uploads.confirm(id);
    };
    expect(await send(value.toString("base64"))).toMatchObject({ size: bytes.length });
    await expect(send("AAAAAA==")).rejects.toEqual(failing("STORE_REFUSED"));
    await expect(begin({ checksum: { algorithm: "sha256", value: sha256(bytes) } })).rejects.toEqual(
      failing("CHECKSUM_INVALID"),
    );
  });

  test("that is given up is gone, and so is one that nobody finished", async () => {
    const uploadsOf = async (key: string) =>
      (await bench.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))).Uploads
        ?.length ?? 0;
    const [first, second] = [await begin(), await begin()];
    await sendPart(first.id, 1);
    await uploads.answerParts({ do: "abort", id: first.id }, by);
    await expect(sendPart(first.id, 2)).rejects.toEqual(
      failing("NOT_AS_PROMISED", { because: "it was given up" }),
    );
    expect([await uploadsOf(first.key), await uploadsOf(second.key)]).toEqual([0, 1]);
    now += 86_400_000 + 60_001;
    await expect(sendPart(second.id, 1)).rejects.toEqual(failing("TICKET_EXPIRED"));
    expect(await uploads.sweep()).toMatchObject({ expired: 1 });
    expect(await uploadsOf(second.key)).toBe(0);
  });

  test("can be given up while somebody looks whether it has arrived", async () => {
    const tickets = memoryTickets();
    const busy = bench.anyUploads({ method: "parts", rules, proof: { tickets, now: () => now } });
    const { id } = await busy.ticket(file);
    const held = await tickets.hold(id, { now, until: now + 60_000 });
    const giving = busy.answerParts({ do: "abort", id }, by);
    setTimeout(() => void (held && tickets.save(held, {})), 150);
    await giving;
    await expect(busy.confirm(id)).rejects.toEqual(failing("NOT_AS_PROMISED"));
  });

  test.each([
    ["no object", null],
    ["no id", { do: "list" }],
    ["nothing known", { do: "delete", id: "ID" }],
    ["no part", { do: "sign", id: "ID", parts: [] }],
    [
      "too many parts",
      { do: "sign", id: "ID", parts: Array.from({ length: 101 }, (_, at) => ({ number: at + 1 })) },
    ],
    ["a part without a number", { do: "sign", id: "ID", parts: [{}] }],
    ["a part that is null", { do: "sign", id: "ID", parts: [null] }],
    ["part 0", { do: "sign", id: "ID", parts: [{ number: 0, checksum: sha256(bytes) }] }],
    ["a part after the last", { do: "sign", id: "ID", parts: [{ number: 4, checksum: sha256(bytes) }] }],
    ["a part without a checksum", { do: "sign", id: "ID", parts: [{ number: 1 }] }],
    ["a checksum that is none", { do: "sign", id: "ID", parts: [{ number: 1, checksum: "x\r\ny: z" }] }],
  ])("COMMAND_INVALID for %s", async (_, command) => {
    const { id } = await begin();
    const asked = command && "id" in command ? { ...command, id } : command;
    await expect(uploads.answerParts(asked, by)).rejects.toEqual(failing("COMMAND_INVALID"));
  });

  test("TICKET_UNKNOWN for somebody else's", async () => {
    const { id } = await begin();
    await expect(uploads.answerParts({ do: "list", id }, { owner: "eve" })).rejects.toEqual(
      failing("TICKET_UNKNOWN"),
    );
  });
});

describe("the browser's half", () => {
  beforeEach(() => void vi.stubGlobal("XMLHttpRequest", NodeRequest));
  afterEach(() => vi.unstubAllGlobals());
  const ask = (command: unknown) => uploads.answerParts(command, by);

  test("sends a file in parts, with progress", async () => {
    const ticket = await begin();
    const told: number[] = [];
    await upload(ticket, new Blob([bytes]), { ask, onProgress: (part) => void told.push(part) });
    expect(told.at(-1)).toBe(1);
    expect(await uploads.confirm(ticket.id)).toMatchObject({ size: bytes.length });
  });

  test("goes on with what is missing, and not with another file", async () => {
    const ticket = await begin();
    await sendPart(ticket.id, 2);
    const other = Buffer.from(bytes).fill(1, 9 * mib, 10 * mib);
    await expect(upload(ticket, new Blob([other]), { ask })).rejects.toMatchObject({ code: "OTHER_FILE" });
    await expect(upload(ticket, new Blob([bytes.subarray(1)]), { ask })).rejects.toMatchObject({
      code: "OTHER_FILE",
    });
    const signed: number[] = [];
    const watched = async (command: Parameters<typeof ask>[0]) => {
      const answer = await ask(command);
      signed.push(...(answer.signed ?? []).map(({ number }) => number));
      return answer;
    };
    await upload(ticket, new Blob([bytes]), { ask: watched });
    expect(signed.toSorted((a, b) => a - b)).toEqual([1, 3]);
  });

  test("tries again what failed in passing, and not what never will", async () => {
    const ticket = await begin();
    let failures = 0;
    const flaky = async (command: unknown) => {
      if (failures++ % 2 === 0) throw new TypeError("Failed to fetch");
      return ask(command);
    };
    await upload(ticket, new Blob([bytes]), { ask: flaky });
    const broken = () => Promise.reject(new Error("403"));
    await expect(upload(await begin(), new Blob([bytes]), { ask: broken })).rejects.toThrow("403");
    const never = upload(await begin(), new Blob([bytes]), {
      ask: () => Promise.reject(new TypeError("x")),
      attempts: 2,
    });
    await expect(never).rejects.toThrow(TypeError);
    await expect(upload(await begin(), new Blob([bytes]))).rejects.toThrow(TypeError);
  });

  test("pauses and resumes", async () => {
    const ticket = await begin();
    let asked = 0;
    const counted = (command: unknown) => {
      asked++;
      return ask(command);
    };
    const run = startUpload(ticket, new Blob([bytes]), { ask: counted });
    run.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = asked;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toBe(before);
    run.resume();
    await run.done;
    expect(await uploads.confirm(ticket.id)).toMatchObject({ size: bytes.length });
  });

  test("gives up when told so, on the server too", async () => {
    const ticket = await begin();
    const run = startUpload(ticket, new Blob([bytes]), { ask });
    run.pause();
    run.abort(new Error("changed my mind"));
    await expect(run.done).rejects.toThrow("changed my mind");
    await vi.waitFor(() =>
      expect(ask({ do: "list", id: ticket.id })).rejects.toEqual(failing("NOT_AS_PROMISED")),
    );
  });

  test("says EXPIRED when the upload is over", async () => {
    const ticket = await begin();
    const over = async (command: unknown) => ((command as { do: string }).do === "sign" ? {} : ask(command));
    await expect(upload(ticket, new Blob([bytes]), { ask: over })).rejects.toBeInstanceOf(UploadError);
  });
});
