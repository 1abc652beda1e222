// The chat as people use it: two of them, in a real browser, over the whole house.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Connection, Registry } from "@gatewright/connections";
import { dynamoRegistry } from "@gatewright/connections/dynamodb";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { startPage, type PageServer } from "../../examples/chat/web/serve.ts";
import { root } from "../house/sources.ts";
import { startBrowser } from "./browser.ts";
import { layCable, type Cable } from "./cable.ts";

const passwords: Readonly<Record<string, string>> = {
  ada: "Lovelace-1815",
  alan: "Turing-1912",
  grace: "Hopper-1906",
};
const shots = join(root, "test-output", "screenshots");
const folder = mkdtempSync(join(tmpdir(), "gatewright-chat-"));

let gateway: Gateway;
let page: PageServer;
/** The same page, with its socket going through the cable. */
let cabled: PageServer;
let cable: Cable;
let browser: Browser;
let tables: DynamoDBClient;
let registry: Registry;
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
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  tables = new DynamoDBClient({ endpoint: gateway.urls.dynamodb ?? "", region: "us-east-1", credentials });
  registry = dynamoRegistry({ table: "gatewright-chat-dev-connections", client: tables });
  browser = await startBrowser();
  await gateway.functions.warm();
});

afterAll(async () => {
  await browser?.close();
  await page?.close();
  await cabled?.close();
  await cable?.close();
  tables?.destroy();
  await gateway?.close();
  rmSync(folder, { recursive: true, force: true });
});

type ContextOptions = NonNullable<Parameters<Browser["newContext"]>[0]>;

async function enter(
  name: string,
  at: PageServer,
  options: ContextOptions = {},
  opened: (tab: Page) => void = () => undefined,
): Promise<Page> {
  const context: BrowserContext = await browser.newContext(options);
  const tab = await context.newPage();
  opened(tab);
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

/** For what other processes have to do first. */
const slowly = { timeout: 15_000 };

/** The one connection of a user. */
async function connectionOf(name: string): Promise<Connection> {
  for await (const connections of registry.everyone()) {
    const found = connections.find(({ attributes }) => attributes["name"] === name);
    if (found) return found;
  }
  throw new Error(`${name} is not connected.`);
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

  it("resume over the socket what they missed, and not by the history", async () => {
    const asked: string[] = [];
    const frames: string[] = [];
    grace.on("request", (request) => asked.push(new URL(request.url()).pathname));
    grace.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => frames.push(String(payload)));
    });
    cable.pull();
    await grace.locator('[data-connection="waiting"], [data-connection="connecting"]').waitFor();
    for (const text of ["missed 0", "missed 1", "missed 2"]) await say(ada, text);
    await conversation(ada).getByText("missed 2").waitFor();
    cable.plug();
    await conversation(grace).getByText("missed 2").waitFor({ timeout: 40_000 });
    expect(await texts(grace, "missed")).toEqual(["missed 0", "missed 1", "missed 2"]);
    expect(frames.some((frame) => frame.includes('"action":"resume"'))).toBe(true);
    expect(asked.filter((path) => path.endsWith("/messages"))).toEqual([]);
  });

  it("are there once however many tabs they have, and until the last of them is closed", async () => {
    const tabs = await Promise.all([enter("alan", page), enter("alan", page), enter("alan", cabled)]);
    await people(ada).getByText("alan").waitFor();
    expect(await people(ada).getByText("alan").count()).toBe(1);
    const [first, second, last] = tabs;
    await first?.context().close();
    await second?.reload();
    await people(second ?? ada)
      .getByText("alan")
      .waitFor();
    expect(await people(ada).getByText("alan").count()).toBe(1);
    await second?.context().close();
    await say(ada, "still two of us, and Alan");
    await conversation(last ?? ada)
      .getByText("still two of us")
      .waitFor();
    expect(await people(ada).getByText("alan").count()).toBe(1);
    await last?.context().close();
    await people(ada).getByText("alan").waitFor({ state: "detached" });
  });

  it("stay connected when their token ends, by a fresh one on the live socket", async () => {
    const sockets: string[] = [];
    const sent: string[] = [];
    const heard: string[] = [];
    const tab = await enter("alan", page, {}, (opened) => {
      opened.on("websocket", (socket) => {
        sockets.push(socket.url());
        socket.on("framesent", ({ payload }) => sent.push(String(payload)));
        socket.on("framereceived", ({ payload }) => heard.push(String(payload)));
      });
    });
    await people(tab).getByText("ada").waitFor();
    const connection = await connectionOf("alan");
    await registry.touch(connection.connectionId, { expiresAt: Date.now() + 120_000 });
    await say(tab, "nearly over");
    await expect.poll(() => sent.some((frame) => frame.includes('"action":"reauth"')), slowly).toBe(true);
    const renewed = async () => (await registry.find(connection.connectionId))?.expiresAt ?? 0;
    await expect.poll(renewed, slowly).toBeGreaterThan(Date.now() + 3_000_000);
    expect(sockets).toHaveLength(1);
    // each environment of the function that was asked reminds once
    const count = (text: string) => heard.filter((frame) => frame.includes(text)).length;
    await expect.poll(() => count('"until"') === count('"type":"reauth"'), slowly).toBe(true);

    // one that is over all the same is closed, and comes again by itself with a fresh token
    await registry.touch(connection.connectionId, { expiresAt: Date.now() - 1 });
    await say(tab, "said again");
    await conversation(ada).getByText("said again").waitFor();
    expect(heard.some((frame) => frame.includes('"code":"SESSION_EXPIRED"'))).toBe(true);
    expect(sockets).toHaveLength(2);
    expect(await texts(ada, "said again")).toEqual(["said again"]);
    await tab.context().close();
    await people(ada).getByText("alan").waitFor({ state: "detached" });
  });

  it("go on at once when their network is back", async () => {
    const tab = await enter("alan", page);
    await people(tab).getByText("ada").waitFor();
    const opened = tab.waitForEvent("websocket");
    await tab.context().setOffline(true);
    await tab.context().setOffline(false);
    await opened; // a fresh line, beside one that may be dead
    await say(ada, "are you there?");
    await conversation(tab).getByText("are you there?").waitFor();
    expect(await people(ada).getByText("alan").count()).toBe(1);
    await tab.context().close();
    await people(ada).getByText("alan").waitFor({ state: "detached" });
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
