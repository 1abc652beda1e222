// Tickets that are remembered: proven, moved, told of; once, whatever happens in between.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  guardDutyVerdict,
  memoryTickets,
  type ProofOptions,
  type S3Event,
  type Tickets,
  type UploadProof,
} from "../../src/index.ts";
import { dynamoTickets, ticketsTable } from "../../src/tickets/dynamodb.ts";
import { type Bench, bucket, credentials, png, pngFile, post, region, startBench } from "./bench.ts";
import { startTicketsDatabase, type TicketsDatabase } from "./tickets-database.ts";

const failing = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) });

let bench: Bench;
let database: TicketsDatabase;
beforeAll(async () => {
  bench = await startBench();
  database = await startTicketsDatabase();
});
afterAll(async () => {
  await bench.end();
  await database.end();
});

const stores: [string, () => Tickets][] = [
  ["memory", () => memoryTickets()],
  [
    "DynamoDB",
    () =>
      dynamoTickets({
        table: "tickets",
        client: new DynamoDBClient({ endpoint: database.endpoint, region, credentials }),
      }),
  ],
];

const exists = (Key: string) =>
  bench.s3.send(new HeadObjectCommand({ Bucket: bucket, Key })).then(
    () => true,
    () => false,
  );

describe.each(stores)("with tickets in %s", (_, open) => {
  let now: number;
  let told: UploadProof[];
  let tickets: Tickets;
  beforeEach(() => {
    now = Date.now();
    told = [];
    tickets = open();
  });
  const uploads = (more: Partial<ProofOptions> = {}) =>
    bench.uploads({
      proof: { tickets, now: () => now, onUploaded: (proof) => void told.push(proof), ...more },
    });
  const arrived = async (more: Partial<ProofOptions> = {}, bytes: Buffer<ArrayBuffer> = png) => {
    const ticket = await uploads(more).ticket(pngFile);
    expect((await post(ticket, bytes)).status).toBe(204);
    return ticket;
  };
  const eventOf = (key: string, more: object = {}): S3Event => ({
    Records: [
      {
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Post",
        s3: { bucket: { name: bucket }, object: { key } },
        ...more,
      },
    ],
  });

  test("a file waits in the quarantine, is proven, moved, and told of once", async () => {
    const ticket = await arrived();
    expect(ticket.key).toMatch(/^quarantine\/rooms\/1\//);
    const proof = await uploads().confirm(ticket.id);
    const key = ticket.key.replace("quarantine/", "");
    expect(proof).toMatchObject({ id: ticket.id, key, owner: "ada", filename: "cat.png", size: png.length });
    expect([await exists(ticket.key), await exists(key)]).toEqual([false, true]);
    expect(await uploads().confirm(ticket.id)).toEqual(proof);
    expect(told).toEqual([proof]);
  });

  test("nothing unproven is handed out", async () => {
    const ticket = await arrived();
    await expect(uploads().downloadUrl(ticket.id)).rejects.toEqual(failing("NOT_PROVEN"));
    await expect(uploads().proofOf(ticket.id)).rejects.toEqual(failing("NOT_PROVEN"));
    const proof = await uploads().confirm(ticket.id);
    expect(await uploads().proofOf(ticket.id)).toEqual(proof);
    const answer = await fetch(await uploads().downloadUrl(ticket.id));
    expect(answer.headers.get("content-disposition")).toContain('attachment; filename="cat.png"');
    expect(png.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  });

  test("of many who confirm at once one does the work", async () => {
    const ticket = await arrived();
    const all = await Promise.all(Array.from({ length: 10 }, () => uploads().confirm(ticket.id)));
    expect(new Set(all.map(({ etag }) => etag)).size).toBe(1);
    expect(told).toHaveLength(1);
  });

  test("a ticket that is used again after its proof changes nothing, and leaves nothing", async () => {
    const ticket = await arrived();
    const proof = await uploads().confirm(ticket.id);
    const other = Buffer.from(png);
    other[png.length - 1] = 77;
    expect((await post(ticket, other)).status).toBe(204); // a form may be sent again; where it goes nobody looks
    expect(await uploads().confirm(ticket.id)).toEqual(proof);
    expect(await uploads().receiveEvent(eventOf(ticket.key))).toMatchObject({ ignored: 1, proven: 0 });
    expect(await exists(ticket.key)).toBe(false);
    const answer = await fetch(await uploads().downloadUrl(ticket.id));
    expect(png.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
    expect(told).toHaveLength(1);
  });

  test("what is refused is removed, and stays refused", async () => {
    const ticket = await arrived({}, Buffer.alloc(png.length, "x"));
    for (const _try of [1, 2]) {
      await expect(uploads().confirm(ticket.id)).rejects.toEqual(failing("NOT_AS_PROMISED"));
    }
    expect(await exists(ticket.key)).toBe(false);
    await post(ticket, png);
    await expect(uploads().confirm(ticket.id)).rejects.toEqual(failing("NOT_AS_PROMISED"));
    await expect(uploads().downloadUrl(ticket.id)).rejects.toEqual(failing("NOT_PROVEN"));
    expect(told).toEqual([]);
  });

  test("an object that somebody put there with other words is refused", async () => {
    const ticket = await uploads().ticket(pngFile);
    const Metadata = { owner: "eve", name: "cat.png", size: String(png.length) };
    await bench.s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: ticket.key,
        Body: png,
        ContentType: "image/png",
        Metadata,
      }),
    );
    await expect(uploads().confirm(ticket.id)).rejects.toEqual(
      failing("NOT_AS_PROMISED", { because: "it is not what the ticket says" }),
    );
  });

  test("TICKET_UNKNOWN for what was not asked for here, NOT_ARRIVED before a file comes", async () => {
    const stateless = await bench.uploads().ticket(pngFile);
    await expect(uploads().confirm(stateless.id)).rejects.toEqual(failing("TICKET_UNKNOWN"));
    await expect(uploads().downloadUrl(stateless.id)).rejects.toEqual(failing("TICKET_UNKNOWN"));
    const { id } = await uploads().ticket(pngFile);
    await expect(uploads().confirm(id)).rejects.toEqual(failing("NOT_ARRIVED"));
  });

  test("a scan lets through, refuses, or is waited for", async () => {
    const scan = guardDutyVerdict;
    const ticket = await arrived({ scan });
    const bad = await arrived({ scan });
    await expect(uploads({ scan }).confirm(ticket.id)).rejects.toEqual(failing("NOT_SCANNED"));
    const tag = (Key: string, Value: string) =>
      bench.s3.send(
        new PutObjectTaggingCommand({
          Bucket: bucket,
          Key,
          Tagging: { TagSet: [{ Key: "GuardDutyMalwareScanStatus", Value }] },
        }),
      );
    await tag(ticket.key, "NO_THREATS_FOUND");
    await tag(bad.key, "THREATS_FOUND");
    expect(await uploads({ scan }).confirm(ticket.id)).toMatchObject({ id: ticket.id });
    const event = eventOf(bad.key, { eventName: "ObjectTagging:Put" });
    expect(await uploads({ scan }).receiveEvent(event)).toMatchObject({ refused: 1 });
    await expect(uploads({ scan }).confirm(bad.id)).rejects.toEqual(failing("NOT_AS_PROMISED"));
    expect(await exists(bad.key)).toBe(false);
  });

  test("files may be left where they arrive", async () => {
    const ticket = await arrived({ quarantine: null });
    expect(ticket.key).toMatch(/^rooms\/1\//);
    expect(await uploads({ quarantine: null }).confirm(ticket.id)).toMatchObject({ key: ticket.key });
    expect(await exists(ticket.key)).toBe(true);
  });

  test("an event is acted upon once, though it comes five times, at once and again", async () => {
    const { key, id } = await arrived();
    const encoded = encodeURIComponent(key).replaceAll("%2F", "/");
    const five = Array.from({ length: 5 }, () => uploads().receiveEvent(eventOf(encoded)));
    const tallies = await Promise.all(five);
    expect(tallies.map(({ refused, pending }) => refused + pending)).toEqual([0, 0, 0, 0, 0]);
    expect(await uploads().receiveEvent(eventOf(encoded))).toEqual({
      proven: 0,
      refused: 0,
      pending: 0,
      ignored: 1,
    });
    expect(told.map((proof) => proof.id)).toEqual([id]);
  });

  test("an event that comes too early, or is not about an upload, is passed over", async () => {
    const ticket = await uploads().ticket(pngFile);
    const record = eventOf(ticket.key).Records[0];
    const events: S3Event["Records"] = [
      record ?? {},
      ...eventOf("quarantine/rooms/2/elsewhere").Records,
      ...eventOf("%E0%A4%A").Records,
      ...eventOf(ticket.key, { eventName: "ObjectRemoved:Delete" }).Records,
      ...eventOf(ticket.key, { eventSource: "aws:sqs" }).Records,
      ...eventOf(ticket.key, { s3: { bucket: { name: "dogs" }, object: { key: ticket.key } } }).Records,
      {},
    ];
    expect(await uploads().receiveEvent({ Records: events })).toEqual({
      proven: 0,
      refused: 0,
      pending: 0,
      ignored: 7,
    });
    await post(ticket, png);
    expect(await uploads().receiveEvent({ Records: events })).toEqual({
      proven: 1,
      refused: 0,
      pending: 0,
      ignored: 6,
    });
  });

  test("EVENT_FAILED after every record has been tried", async () => {
    const [first, second] = [await arrived(), await arrived()];
    let isDown = true;
    const onUploaded = ({ id }: UploadProof) => {
      if (isDown && id === first.id) throw new Error("down");
      told.push({ id } as UploadProof);
    };
    const Records = [...eventOf(first.key).Records, ...eventOf(second.key).Records];
    await expect(uploads({ onUploaded }).receiveEvent({ Records })).rejects.toEqual(
      failing("EVENT_FAILED", { failed: 1, of: 2 }),
    );
    isDown = false;
    expect(await uploads({ onUploaded }).receiveEvent({ Records })).toEqual({
      proven: 1,
      refused: 0,
      pending: 0,
      ignored: 1,
    });
    expect(told.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test("a lost event is made good by the sweep", async () => {
    const { id } = await arrived();
    expect(await uploads().sweep()).toMatchObject({ proven: 0 });
    now += 962_000;
    expect(await uploads().sweep()).toMatchObject({ proven: 1, refused: 0, pending: 0, failed: [] });
    expect(await uploads().sweep()).toMatchObject({ proven: 0 });
    expect(told.map((proof) => proof.id)).toEqual([id]);
  });

  test("a ticket that nobody used ends, and what comes later is removed", async () => {
    const ticket = await uploads().ticket(pngFile);
    now += 962_000;
    expect((await uploads().sweep()).expired).toBeGreaterThan(0);
    await expect(uploads().confirm(ticket.id)).rejects.toEqual(failing("TICKET_EXPIRED"));
    await post(ticket, png);
    expect(await uploads().receiveEvent(eventOf(ticket.key))).toMatchObject({ ignored: 1 });
    expect(await exists(ticket.key)).toBe(false);
  });

  test("a process that died at work is followed by the next; in between nobody else works", async () => {
    const { id, key } = await arrived();
    await tickets.hold(id, { now, until: now + 60_000 });
    let ticks = 0;
    const hasty = uploads({ now: () => now + 1500 * ticks++ });
    await expect(hasty.confirm(id)).rejects.toEqual(failing("PROOF_RUNNING", { key }));
    now += 60_001;
    expect(await uploads().confirm(id)).toMatchObject({ id });
    expect(told).toHaveLength(1);
  });

  test("a process that died between the move and its note is followed by the next", async () => {
    const { id, key } = await arrived();
    const home = key.replace("quarantine/", "");
    const { Body, ContentType, Metadata } = await bench.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    await bench.s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: home,
        Body: bytes,
        ContentType: ContentType ?? "",
        Metadata: Metadata ?? {},
      }),
    );
    await bench.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    expect(await uploads().confirm(id)).toMatchObject({ key: home });
  });

  test("onUploaded that threw runs again, and the file stays proven", async () => {
    const ticket = await arrived();
    const onUploaded = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new Error("no room");
    });
    await expect(uploads({ onUploaded }).confirm(ticket.id)).rejects.toThrow("no room");
    expect(await uploads().downloadUrl(ticket.id)).toContain("X-Amz-Signature");
    now += 61_000;
    expect(await uploads({ onUploaded }).sweep()).toMatchObject({ proven: 1 });
    expect(onUploaded).toHaveBeenCalledTimes(2);
  });

  test("a sweep goes on after what it cannot look at, and leaves other buckets alone", async () => {
    await arrived();
    await arrived();
    const row = await tickets.find((await arrived()).id);
    await tickets.open({ ...row!, id: "elsewhere", bucket: "dogs" });
    now += 962_000;
    const onUploaded = vi.fn<() => void>().mockImplementationOnce(() => {
      throw new Error("no room");
    });
    const tally = await uploads({ onUploaded }).sweep();
    expect([tally.proven, tally.failed.map(({ error }) => String(error))]).toEqual([2, ["Error: no room"]]);
    await tickets.save({ ...row!, id: "elsewhere", bucket: "dogs" }, { dueAt: undefined });
  });
});

test("S3's own events bring a file to its proof, and nothing else has to be called", async () => {
  const tickets = memoryTickets();
  const told: string[] = [];
  const own = await startBench((event) => uploads.receiveEvent(event));
  const uploads = own.anyUploads({ proof: { tickets, onUploaded: ({ id }) => void told.push(id) } });
  const ticket = await uploads.ticket(pngFile);
  if (ticket.method !== "POST") throw new Error("small files go by form");
  await post(ticket, png);
  await vi.waitFor(() => expect(told).toEqual([ticket.id]));
  const { Contents } = await own.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual([ticket.key.replace("quarantine/", "")]);
  await own.end();
});

test("a memory of tickets forgets what has been over for long", async () => {
  const tickets = memoryTickets();
  const uploads = bench.uploads({ proof: { tickets } });
  const { id } = await uploads.ticket(pngFile);
  await tickets.due(Date.now() + 8 * 86_400_000, 10);
  expect(await tickets.find(id)).toBeUndefined();
});

test("BAD_TABLE for a table without a name", () => {
  expect(() => dynamoTickets({ table: "" })).toThrow(failing("BAD_TABLE"));
  expect(() => ticketsTable("")).toThrow(failing("BAD_TABLE"));
});

test("TICKETS_MISSING where nothing is remembered", async () => {
  const uploads = bench.uploads();
  await expect(uploads.sweep()).rejects.toEqual(failing("TICKETS_MISSING"));
  await expect(uploads.receiveEvent({ Records: [] })).rejects.toEqual(failing("TICKETS_MISSING"));
  await expect(uploads.answerParts({}, { owner: "ada" })).rejects.toEqual(failing("TICKETS_MISSING"));
  expect(() => bench.anyUploads({ method: "parts" })).toThrow(failing("TICKETS_MISSING"));
});

test("PREFIX_INVALID for a prefix inside the quarantine", () => {
  expect(() =>
    bench.uploads({ prefix: "quarantine/x", proof: { tickets: memoryTickets(), quarantine: "quarantine" } }),
  ).toThrow(failing("PREFIX_INVALID"));
});
