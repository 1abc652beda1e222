// The chat as people use it: two of them, in a real browser, over the whole house.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { startPage, type PageServer } from "../../examples/chat/web/serve.ts";
import { root } from "../house/sources.ts";
import { startBrowser } from "./browser.ts";
import { layCable, type Cable } from "./cable.ts";

const passwords: Readonly<Record<string, string>> = { ada: "Lovelace-1815", grace: "Hopper-1906" };
const shots = join(root, "test-output", "screenshots");
const folder = mkdtempSync(join(tmpdir(), "gatewright-chat-"));

let gateway: Gateway;
let page: PageServer;
/** The same page, with its socket going through the cable. */
let cabled: PageServer;
let cable: Cable;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  const definition = await readServerless(join(root, "serverless.yml"));
  gateway = await startGateway({ definition, folder });
  const { http = "", websocket = "", cognito = "" } = gateway.urls;
  const signIn = { url: cognito, clientId: definition.userPools[0]?.clients[0]?.id ?? "" };
  const address = new URL(websocket);
  cable = await layCable(Number(address.port));
  address.port = String(cable.port);
  page = await startPage({ port: 0, config: { http, websocket, signIn } });
  cabled = await startPage({ port: 0, config: { http, websocket: address.href, signIn } });
  browser = await startBrowser();
  await gateway.functions.warm();
});

afterAll(async () => {
  await browser?.close();
  await page?.close();
  await cabled?.close();
  await cable?.close();
  await gateway?.close();
  rmSync(folder, { recursive: true, force: true });
});

type ContextOptions = NonNullable<Parameters<Browser["newContext"]>[0]>;

async function enter(name: string, at: PageServer, options: ContextOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext(options);
  const tab = await context.newPage();
  tab.on("pageerror", (error) => complaints.push(`${name}: ${error.message}`));
  tab.on("console", (message) => {
    const isNetwork = /WebSocket connection|ERR_|Failed to load resource/.test(message.text());
    if (message.type() === "error" && !isNetwork) complaints.push(`${name}: ${message.text()}`);
  });
  const tickets: string[] = [];
  tab.on("request", (request) => {
    if (request.url().endsWith("/tickets")) tickets.push(request.method());
  });
  await tab.goto(at.url);
  await tab.getByLabel("Name").fill(name);
  await tab.getByLabel("Password").fill(passwords[name] ?? "");
  await tab.keyboard.press("Enter");
  await tab.locator('[data-connection="open"]').waitFor();
  expect(tickets).toContain("POST"); // the socket opens by a ticket
  return tab;
}

const conversation = (tab: Page) => tab.getByRole("log", { name: "Conversation" });
const people = (tab: Page) => tab.getByRole("list", { name: "People here" });

async function say(tab: Page, text: string): Promise<void> {
  await tab.getByRole("textbox", { name: "Message" }).fill(text);
  await tab.getByRole("button", { name: "Send" }).click();
}

/** Every text of the conversation that begins with `mark`, in the order in which it is shown. */
async function texts(tab: Page, mark: string): Promise<string[]> {
  const found = await conversation(tab)
    .getByText(new RegExp(`^${mark}`))
    .allTextContents();
  return found.map((text) => text.trim());
}

async function shoot(tab: Page, name: string): Promise<void> {
  await tab.screenshot({ path: join(shots, `${name}.png`) });
}

describe("two people in the lobby", () => {
  let ada: Page;
  let grace: Page;

  beforeAll(async () => {
    ada = await enter("ada", page);
    grace = await enter("grace", cabled, { colorScheme: "dark" });
  });

  it("see each other, and each other's messages", async () => {
    await people(ada).getByText("grace").waitFor();
    await people(grace).getByText("ada").waitFor();
    await say(ada, "Hello Grace");
    await conversation(grace).getByText("Hello Grace").waitFor();
    await say(grace, "Hello Ada");
    await conversation(ada).getByText("Hello Ada").waitFor();
    await shoot(ada, "two-people");
  });

  it("see that the other is typing", async () => {
    await grace.getByRole("textbox", { name: "Message" }).pressSequentially("hm");
    await ada.getByText(/grace is typing/i).waitFor();
    await grace.getByRole("textbox", { name: "Message" }).fill("");
  });

  it("see a picture of 12 MB arrive, which the API itself would refuse", async () => {
    onTestFailed(() => shoot(ada, "upload-failed"));
    const bytes = pictureOf(12_000_000);
    await ada
      .locator('input[type="file"]')
      .setInputFiles({ name: "big.png", mimeType: "image/png", buffer: bytes });
    const picture = conversation(grace).getByRole("img", { name: /big\.png/ });
    await picture.waitFor({ timeout: 30_000 });
    await expect
      .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth), { timeout: 15_000 })
      .toBeGreaterThan(0);
    await conversation(ada)
      .getByRole("img", { name: /big\.png/ })
      .waitFor();
    await shoot(grace, "picture");
  });

  it("come back after a lost network without a missed or doubled message", async () => {
    onTestFailed(() => shoot(grace, "resume-failed"));
    const before = Array.from({ length: 3 }, (_, at) => `kept ${at}`);
    for (const text of before) await say(ada, text);
    await conversation(grace).getByText("kept 2").waitFor();

    cable.pull();
    await grace.locator('[data-connection="waiting"], [data-connection="connecting"]').waitFor();
    for (const text of ["kept 3", "kept 4"]) await say(ada, text);
    await conversation(ada).getByText("kept 4").waitFor();
    await say(grace, "kept away");
    await shoot(grace, "offline");
    cable.plug();
    await conversation(ada).getByText("kept away").waitFor({ timeout: 40_000 });
    await conversation(grace).getByText("kept 4").waitFor();

    const adas = await texts(ada, "kept");
    const graces = await texts(grace, "kept");
    expect(adas).toEqual(["kept 0", "kept 1", "kept 2", "kept 3", "kept 4", "kept away"]);
    expect(graces).toEqual(adas);
  });

  it("find everything again after a reload, and scroll back", async () => {
    for (let at = 0; at < 60; at += 1) await say(ada, `old ${at}`);
    await conversation(grace).getByText("old 59").waitFor();
    await grace.reload();
    await conversation(grace).getByText("old 59").waitFor();
    expect(await conversation(grace).getByText("Hello Grace").count()).toBe(0);
    await expect
      .poll(
        async () => {
          await conversation(grace).evaluate((log) => log.scrollTo(0, 0));
          return conversation(grace).getByText("Hello Grace").count();
        },
        { timeout: 15_000 },
      )
      .toBe(1);
  });

  it("hear when the other leaves", async () => {
    await grace.context().close();
    await people(ada).getByText("grace").waitFor({ state: "detached" });
    await shoot(ada, "alone");
  });

  it("met no error of the page", () => {
    expect(complaints).toEqual([]);
  });
});

describe("on a phone", () => {
  it("fits, and is used by keyboard alone", async () => {
    const tab = await enter("grace", page, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    const overflow = await tab.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    const message = tab.getByRole("textbox", { name: "Message" });
    await message.focus();
    await tab.keyboard.type("by keyboard");
    await tab.keyboard.press("Enter");
    await conversation(tab).getByText("by keyboard").waitFor();
    await shoot(tab, "phone");
    await tab.context().close();
  });
});

describe("signing in", () => {
  it("says so when the password is wrong", async () => {
    const tab = await browser.newPage();
    await tab.goto(page.url);
    await tab.getByLabel("Name").fill("ada");
    await tab.getByLabel("Password").fill("wrong");
    await tab.keyboard.press("Enter");
    await tab.getByText("Incorrect username or password.").waitFor();
    await shoot(tab, "sign-in");
    await tab.close();
  });
});

/** A real picture of about so many bytes: one red pixel, and a chunk that viewers pass over. */
function pictureOf(size: number): Buffer {
  const pixel = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
    "base64",
  );
  const data = Buffer.alloc(size - pixel.length - 12, 1);
  const chunk = Buffer.concat([Buffer.from("teXt"), data]);
  const framed = Buffer.concat([uint32(data.length), chunk, uint32(crc32(chunk))]);
  const end = pixel.length - 12; // the closing chunk
  return Buffer.concat([pixel.subarray(0, end), framed, pixel.subarray(end)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
