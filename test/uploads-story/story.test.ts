// The story of 10 MB, whole: refused by the API, taken by ticket, proven by S3's event, served back; by hand and by a real browser.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Gateway, readServerless, startGateway } from "@gatewright/gateway";
import type { PartsTicket, PostTicket } from "@gatewright/uploads";
import type * as client from "@gatewright/uploads/client";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { layNarrows, type Narrows } from "./narrows.ts";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const mib = 1024 ** 2;
const pdf = (megabytes: number) => Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(megabytes * mib)]);
const eleven = pdf(11);
const twenty = pdf(36);
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let folder: string;
let gateway: Gateway;
const said: string[] = [];
const told: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-story-"));
  const definition = await readServerless(fileURLToPath(new URL("./serverless.yml", import.meta.url)));
  expect(definition.notices).toEqual([]);
  const say = (line: string) => void said.push(line);
  const log = { info: (line: string) => void told.push(line), warn: say, error: say };
  gateway = await startGateway({
    definition,
    folder: join(folder, "data"),
    log,
    output: (_, __, line) => say(line),
  });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const how = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`${gateway.urls.http}${path}`, {
    ...how,
    headers: { "content-type": "application/json" },
  });
  return (await answer.json()) as Answer; // the asker knows what the route answers
}

const offer = (bytes: Uint8Array, method = "by-size") => ({
  filename: "story.pdf",
  contentType: "application/pdf",
  size: bytes.length,
  method,
});

async function linkTo(id: string): Promise<string> {
  const { url = "" } = await ask<{ url?: string }>(`/files/${id}`);
  return url;
}

describe("a file of 11 MB", () => {
  test("is refused by the API with 413, and the developer is told of the way around", async () => {
    const answer = await fetch(`${gateway.urls.http}/echo`, { method: "POST", body: eleven });
    expect([answer.status, await answer.json()]).toEqual([413, { message: "Request Entity Too Large" }]);
    expect(told.filter((line) => /over 10 MB.*by ticket \(@gatewright\/uploads\)/.test(line))).toHaveLength(
      1,
    );
  });

  test("arrives by ticket, is proven by S3's event alone, and is served back", async () => {
    const ticket = await ask<PostTicket>("/tickets", offer(eleven));
    expect(await linkTo(ticket.id)).toBe("");
    const form = new FormData();
    for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
    form.append("file", new Blob([eleven]));
    expect((await fetch(ticket.url, { method: "POST", body: form })).status).toBe(204);
    const link = await vi.waitFor(async () => {
      const url = await linkTo(ticket.id);
      expect(url).not.toBe("");
      return url;
    }, 10_000);
    const back = await fetch(link);
    expect(hash(new Uint8Array(await back.arrayBuffer()))).toBe(hash(eleven));
    expect(said).toEqual([]);
  });
});

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
const chrome = process.env["CHROME_PATH"] ?? program;

declare const uploading: typeof client;
interface PageState {
  run?: client.UploadRun;
  part: number;
  end?: string;
}

describe("a real browser", () => {
  let browser: Browser;
  let server: Server;
  let file: string;
  let origin: string;
  let narrows: Narrows;
  beforeAll(async () => {
    if (chrome === undefined)
      throw new Error("There is no Chrome or Chromium here. Install one, or set CHROME_PATH.");
    const entry = fileURLToPath(new URL("../../packages/uploads/src/client/index.ts", import.meta.url));
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: "iife",
      globalName: "uploading",
      target: "es2022",
    });
    const script = outputFiles[0]?.text ?? "";
    server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<!doctype html><input type=file><script>${script}</script>`);
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // listening on a port
    file = join(folder, "story.pdf");
    await writeFile(file, twenty);
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const bucket = new URL(gateway.urls.s3 ?? "").host;
    narrows = await layNarrows(bucket);
    // The browser speaks of the bucket's own address, which is signed, and gets there through the narrows.
    const way = `--host-resolver-rules=MAP ${bucket} ${narrows.host}`;
    browser = await chromium.launch({ executablePath: chrome, args: ["--disable-gpu", way, ...sandbox] });
  });
  afterAll(async () => {
    await browser?.close();
    await narrows?.close();
    server?.close();
  });

  async function open(): Promise<{ page: Page; puts: string[] }> {
    const page = await (await browser.newContext()).newPage();
    const puts: string[] = [];
    page.on("requestfinished", (request) => {
      if (request.method() === "PUT") puts.push(new URL(request.url()).searchParams.get("partNumber") ?? "");
    });
    await page.goto(origin);
    await page.setInputFiles("input", file);
    return { page, puts };
  }

  /** Starts in the page, and leaves what is to be seen of it on its window. */
  async function start(page: Page, ticket: object, parallel: number): Promise<void> {
    const given = { ticket, parallel, api: `${gateway.urls.http}/parts` };
    await page.evaluate(({ ticket, parallel, api }) => {
      const state: PageState = { part: 0 };
      const ask = async (command: object) => {
        const answer = await fetch(api, {
          method: "POST",
          body: JSON.stringify(command),
          headers: { "content-type": "application/json" },
        });
        return (await answer.json()) as client.PartsAnswer;
      };
      const file = document.querySelector("input")?.files?.[0] ?? new Blob();
      state.run = uploading.startUpload(ticket as client.UploadTicket, file, {
        ask,
        parallel,
        onProgress: (part) => {
          state.part = part;
        },
      });
      state.run.done.then(
        () => (state.end = "done"),
        (error: Error) => (state.end = `${error.name}: ${error.message}`),
      );
      Object.assign(globalThis, { state });
    }, given);
  }

  const read = <Key extends keyof PageState>(page: Page, key: Key): Promise<PageState[Key]> =>
    page.evaluate((key) => (globalThis as unknown as { state: PageState }).state[key], key) as Promise<
      PageState[Key]
    >;
  const until = (page: Page, holds: (state: PageState) => boolean) =>
    page.waitForFunction(`(${holds.toString()})(globalThis.state)`, undefined, {
      timeout: 30_000,
      polling: 5,
    });

  async function expectWhole(id: string): Promise<void> {
    const proof = await ask<{ size?: number; code?: string }>(`/files/${id}`, {});
    expect(proof).toMatchObject({ size: twenty.length });
    const back = await fetch(await linkTo(id));
    expect(hash(new Uint8Array(await back.arrayBuffer()))).toBe(hash(twenty));
  }

  test.each(["by-size", "put", "parts"])("sends a file %s", async (method) => {
    const ticket = await ask<client.UploadTicket>("/tickets", offer(twenty, method));
    const { page } = await open();
    await start(page, ticket, 4);
    await until(page, (state) => state.end !== undefined);
    expect([await read(page, "end"), await read(page, "part")]).toEqual(["done", 1]);
    await expectWhole(ticket.id);
    await page.context().close();
  });

  test("closed in the middle of a file goes on where it was", async () => {
    const ticket = await ask<PartsTicket>("/tickets", offer(twenty, "parts"));
    const first = await open();
    const twoAndAHalf = 20 * mib;
    const stuck = narrows.letThrough(twoAndAHalf);
    await start(first.page, ticket, 1);
    await stuck;
    await first.page.context().close();
    narrows.widen();
    const { stored = [] } = await ask<client.PartsAnswer>("/parts", { do: "list", id: ticket.id });
    expect(stored.map(({ number }) => number)).toEqual([1, 2]);
    const second = await open();
    await start(second.page, ticket, 2);
    await until(second.page, (state) => state.end !== undefined);
    expect(await read(second.page, "end")).toBe("done");
    expect(second.puts.toSorted()).toEqual(["3", "4", "5"]);
    await expectWhole(ticket.id);
    await second.page.context().close();
  });

  test("pauses, resumes, and gives up", async () => {
    const ticket = await ask<PartsTicket>("/tickets", offer(twenty, "parts"));
    const { page } = await open();
    let stuck = narrows.letThrough(12 * mib);
    await start(page, ticket, 2);
    await stuck;
    await page.evaluate(() => (globalThis as unknown as { state: PageState }).state.run?.pause());
    narrows.widen();
    await page.waitForTimeout(200);
    const paused = await read(page, "part");
    await page.waitForTimeout(300);
    expect([await read(page, "part"), await read(page, "end")]).toEqual([paused, undefined]);
    await page.evaluate(() => (globalThis as unknown as { state: PageState }).state.run?.resume());
    await until(page, (state) => state.end !== undefined);
    expect(await read(page, "end")).toBe("done");
    await expectWhole(ticket.id);

    const other = await ask<PartsTicket>("/tickets", offer(twenty, "parts"));
    stuck = narrows.letThrough(12 * mib);
    await start(page, other, 2);
    await stuck;
    await page.evaluate(() => (globalThis as unknown as { state: PageState }).state.run?.abort());
    narrows.widen();
    await until(page, (state) => state.end !== undefined);
    expect(await read(page, "end")).toBe("AbortError: The upload was given up.");
    await vi.waitFor(
      async () => expect(await ask(`/files/${other.id}`, {})).toEqual({ code: "NOT_AS_PROMISED" }),
      10_000,
    );
    await page.context().close();
  });

  test("works out checksums in a worker", async () => {
    const { page } = await open();
    const workers: string[] = [];
    page.on("worker", (worker) => workers.push(worker.url()));
    const sum = await page.evaluate(() =>
      uploading.checksumOf(document.querySelector("input")?.files?.[0] ?? new Blob()),
    );
    expect(Buffer.from(sum, "base64").toString("hex")).toBe(hash(twenty));
    expect(workers).toEqual([expect.stringMatching(/^blob:/)]);
    await page.context().close();
  });
});
