// Large files in the chat, in a real browser: they pause, go on, go on after the page was loaded anew, and are given up.
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { startPage, type PageServer } from "../../examples/chat/web/serve.ts";
import { root } from "../house/sources.ts";
import { layNarrows, type Narrows } from "../uploads-story/narrows.ts";
import { startBrowser } from "./browser.ts";

const mib = 1024 ** 2;
const folder = mkdtempSync(join(tmpdir(), "gatewright-files-"));
const film = join(folder, "film.pdf");
/** Five parts, of which at most four are on their way at once. */
const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(38 * mib)]);
/** The fifth part is then on its way, so one of the others is there; and one is not. */
const nearlyAll = 36 * mib;
const hash = (of: Uint8Array) => createHash("sha256").update(of).digest("hex");

let gateway: Gateway;
let page: PageServer;
let browser: Browser;
let narrows: Narrows;
let s3: S3Client;
let bucket: string;

beforeAll(async () => {
  writeFileSync(film, bytes);
  const definition = await readServerless(join(root, "serverless.yml"));
  gateway = await startGateway({ definition, folder: join(folder, "data") });
  const { http = "", websocket = "", cognito = "", s3: endpoint = "" } = gateway.urls;
  const signIn = { url: cognito, clientId: definition.userPools[0]?.clients[0]?.id ?? "" };
  page = await startPage({ port: 0, config: { http, websocket, signIn } });
  const { host } = new URL(endpoint);
  narrows = await layNarrows(host);
  browser = await startBrowser([`--host-resolver-rules=MAP ${host} ${narrows.host}`]);
  bucket = definition.buckets[0]?.name ?? "";
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_REGION = "" } = gateway.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  s3 = new S3Client({ endpoint, region: AWS_REGION, credentials, forcePathStyle: true });
  await gateway.functions.warm();
});

afterAll(async () => {
  await browser?.close();
  await narrows?.close();
  await page?.close();
  await gateway?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly tab: Page;
  /** Parts that got through. */
  readonly parts: string[];
  readonly workers: string[];
  readonly complaints: string[];
}

async function enter(): Promise<Opened> {
  const tab = await (await browser.newContext()).newPage();
  const opened: Opened = { tab, parts: [], workers: [], complaints: [] };
  tab.on("requestfinished", (request) => {
    if (request.method() === "PUT")
      opened.parts.push(new URL(request.url()).searchParams.get("partNumber") ?? "");
  });
  tab.on("worker", (worker) => opened.workers.push(worker.url()));
  tab.on("pageerror", (error) => opened.complaints.push(error.message));
  tab.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) opened.complaints.push(message.text());
  });
  await tab.goto(page.url);
  await tab.getByLabel("Name").fill("ada");
  await tab.getByLabel("Password").fill("Lovelace-1815");
  await tab.keyboard.press("Enter");
  await tab.locator('[data-connection="open"]').waitFor();
  onTestFailed(async () => {
    await tab.screenshot({ path: join(root, "test-output", "screenshots", "large-file-failed.png") });
  });
  return opened;
}

const choose = (tab: Page) => tab.locator('.composer input[type="file"]').setInputFiles(film);
const button = (tab: Page, name: string) => tab.getByRole("button", { name: `${name} film.pdf` });
const links = (tab: Page) => tab.getByRole("link", { name: /^Download film\.pdf/ });

async function expectShown(tab: Page): Promise<void> {
  await links(tab).and(tab.locator("[href]")).waitFor({ timeout: 30_000 });
  const answer = await fetch((await links(tab).getAttribute("href")) ?? "");
  expect(hash(new Uint8Array(await answer.arrayBuffer()))).toBe(hash(bytes));
  expect(await unfinished()).toEqual([0, 0]);
}

/** Uploads that nobody finished, and files that wait in the quarantine. */
async function unfinished(): Promise<[number, number]> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const waiting = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "quarantine/" }));
  return [Uploads.length, waiting.KeyCount ?? 0];
}

/** Parts of the one unfinished upload that are in the bucket. */
async function partsThere(): Promise<string[]> {
  const { Uploads: [upload] = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  const { Key, UploadId } = upload ?? {};
  const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket: bucket, Key, UploadId }));
  return Parts.map(({ PartNumber }) => String(PartNumber));
}

async function inRoom(tab: Page, name: string): Promise<void> {
  await tab.getByRole("navigation").getByText(name).click();
}

describe("a large file", () => {
  it("pauses, and goes on", async () => {
    const { tab, parts, workers, complaints } = await enter();
    const stuck = narrows.letThrough(nearlyAll);
    await choose(tab);
    await stuck;
    await button(tab, "Pause").click();
    narrows.widen();
    await tab.getByText(/^Paused at [1-9]\d?% of/).waitFor();
    await tab.screenshot({ path: join(root, "test-output", "screenshots", "paused.png") });
    const before = parts.length;
    await tab.waitForTimeout(500);
    expect(parts.length).toBe(before);
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(5);
    await button(tab, "Resume").click();
    await expectShown(tab);
    expect(parts.toSorted()).toEqual(["1", "2", "3", "4", "5"]);
    expect(workers).toEqual([expect.stringMatching(/^blob:/)]);
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  it("goes on where it was after the page was loaded anew and the file chosen again", async () => {
    const { tab, parts, complaints } = await enter();
    await inRoom(tab, "Workshop");
    const stuck = narrows.letThrough(nearlyAll);
    await choose(tab);
    await stuck;
    await tab.reload();
    narrows.widen();
    await tab.getByText("Choose it again to go on").waitFor();
    // of some the page that has gone may never have heard that they got through
    const there = await partsThere();
    expect(there.length).toBeGreaterThan(0);
    const before = parts.length;
    await tab.screenshot({ path: join(root, "test-output", "screenshots", "choose-again.png") });
    await tab.locator("[data-choose-again]").setInputFiles(film);
    await expectShown(tab);
    expect([...there, ...parts.slice(before)].toSorted()).toEqual(["1", "2", "3", "4", "5"]);
    expect(await tab.getByText("Choose it again to go on").count()).toBe(0);
    await tab.reload();
    await links(tab).waitFor();
    expect(await links(tab).count()).toBe(1);
    expect(complaints).toEqual([]);
    await tab.context().close();
  });

  it("is given up, and nothing of it stays", async () => {
    const { tab, complaints } = await enter();
    await inRoom(tab, "Garden");
    const stuck = narrows.letThrough(nearlyAll);
    await choose(tab);
    await stuck;
    expect((await unfinished())[0]).toBe(1);
    await button(tab, "Cancel").click();
    narrows.widen();
    await expect.poll(unfinished, { timeout: 15_000 }).toEqual([0, 0]);
    expect(await tab.locator(".outgoing").count()).toBe(0);
    await tab.reload();
    await tab.locator('[data-connection="open"]').waitFor();
    expect(await tab.locator(".outgoing").count()).toBe(0);
    expect(complaints).toEqual([]);
    await tab.context().close();
  });
});
