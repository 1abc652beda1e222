// `sls invoke local` as a developer runs it, one command for every kind of event. Needs the build: `npm test` makes it.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { definitionFile, startChat, type RunningChat, type SignedIn } from "./running-chat.ts";
import type { Wire } from "./wire.ts";

const root = dirname(definitionFile);
const events = join(root, "examples", "chat", "events");
const command = join(root, "node_modules", ".bin", "sls");
const home = mkdtempSync(join(tmpdir(), "gatewright-home-"));
const path = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.startsWith(root));
const surroundings = {
  /** The Node.js of the machine before the house's own: what `npx sls` runs on. */
  PATH: [...path, dirname(process.execPath)].join(delimiter),
  /** Nobody's AWS account, and nowhere to go: what asks AWS for anything fails. */
  HOME: home,
  AWS_PROFILE: "of-nobody",
  AWS_SESSION_TOKEN: "of-nobody",
  HTTPS_PROXY: "http://127.0.0.1:9",
};

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

let chat: RunningChat;
let ada: SignedIn;
let grace: Wire;

beforeAll(async () => {
  chat = await startChat();
  ada = await chat.signIn("ada");
  grace = await chat.connect(await chat.signIn("grace"));
  await grace.ask("join", { room: "lobby" });
});
afterAll(async () => {
  await grace.close();
  await chat.close();
  rmSync(home, { recursive: true, force: true });
});

async function sls(args: readonly string[], folder = chat.folder): Promise<Ran> {
  const env = { ...surroundings, GATEWRIGHT_DATA: folder };
  const child = spawn(command, [...args], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, said };
}

/** What the function returned to an event of examples/chat/events: the last thing on stdout, after what it logged. */
async function invoke(functionKey: string, event: string): Promise<Record<string, unknown>> {
  const { code, out, said } = await sls([
    "invoke",
    "local",
    "-f",
    functionKey,
    "--path",
    join(events, event),
  ]);
  expect(code, `${out}\n${said}`).toBe(0);
  return JSON.parse(/^\{\n[^]*^\}$/m.exec(out)?.[0] ?? "") as Record<string, unknown>; // osls prints an indented object
}

/** The JSON of an answer's body. */
function bodyOf(result: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(String(result["body"])) as Record<string, unknown>; // every answer of the chat is an object
}

describe("the authorizer, with a token that was good when the command began", () => {
  it("answers a REST API's TOKEN with a policy", async () => {
    const { principalId, policyDocument, context } = await invoke("authorizer", "authorizer-rest.json");
    expect(principalId).toBe(ada.userId);
    expect(policyDocument).toMatchObject({
      Statement: [{ Effect: "Allow", Resource: [expect.stringMatching(/:c3tq7x1p9e\/dev\/\*$/)] }],
    });
    expect(context).toMatchObject({ userId: ada.userId, name: "ada" });
  });

  it("answers an HTTP API's REQUEST 2.0 simply", async () => {
    expect(await invoke("authorizer", "authorizer-http.json")).toMatchObject({
      isAuthorized: true,
      context: { userId: ada.userId, name: "ada" },
    });
  });

  it("answers $connect's REQUEST with a policy for $connect", async () => {
    expect(await invoke("authorizer", "authorizer-websocket.json")).toMatchObject({
      principalId: ada.userId,
      policyDocument: {
        Statement: [{ Effect: "Allow", Resource: [expect.stringMatching(/\/dev\/\$connect$/)] }],
      },
    });
  });
});

describe("a connection, one event after the other", () => {
  it("$connect lets it in", async () => {
    expect(await invoke("socket", "socket-connect.json")).toEqual({
      statusCode: 200,
      headers: { "Sec-WebSocket-Protocol": "chat.v1" },
    });
  });

  it("join finds who is there, and they hear of it on their real connections", async () => {
    const { type, to, data } = bodyOf(await invoke("socket", "socket-join.json"));
    expect({ type, to }).toEqual({ type: "answer", to: "1" });
    const people = (data as { people: { name: string }[] }).people.map(({ name }) => name);
    expect(people.toSorted()).toEqual(["ada", "grace"]);
    const heard = await grace.heard((frame) => frame["type"] === "presence");
    expect(heard).toMatchObject({ room: "lobby", user: { userId: ada.userId, name: "ada" }, here: true });
  });

  it("send is kept and told to the room", async () => {
    const { data } = bodyOf(await invoke("socket", "socket-send.json"));
    expect(data).toMatchObject({ seq: 1, text: "Hello from the command line", from: { userId: ada.userId } });
    expect(await grace.heard((frame) => frame["type"] === "message")).toMatchObject(data as object);
  });

  it("$default answers what has no route of its own", async () => {
    expect(bodyOf(await invoke("socket", "socket-default.json"))).toEqual({
      type: "answer",
      to: "3",
      data: {},
    });
  });
});

describe("the HTTP and the REST API, on what the connection left behind", () => {
  it("GET /rooms counts the people", async () => {
    const { rooms } = bodyOf(await invoke("rooms", "rooms-list.json"));
    expect(rooms).toContainEqual(expect.objectContaining({ id: "lobby", people: 2 }));
  });

  it("GET /rooms/{room}/messages has the message", async () => {
    const { messages } = bodyOf(await invoke("rooms", "rooms-messages.json"));
    expect(messages).toEqual([expect.objectContaining({ seq: 1, text: "Hello from the command line" })]);
  });

  it("POST /rooms/{room}/uploads gives a ticket that the running bucket takes", async () => {
    const result = await invoke("rooms", "rooms-upload.json");
    expect(result["statusCode"]).toBe(201);
    const { url, fields } = bodyOf(result) as { url: string; fields: Record<string, string> };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob([new Uint8Array(12_345_678)]));
    expect((await fetch(url, { method: "POST", body: form })).status).toBe(204);
  });

  it("GET /statistics counts the messages", async () => {
    const { rooms } = bodyOf(await invoke("statistics", "statistics.json"));
    expect(rooms).toContainEqual({ id: "lobby", name: "Lobby", messages: 1, people: 2 });
  });

  it("S3's event of a file that nobody promised is passed over", async () => {
    const nothing = { proven: 0, refused: 0, pending: 0 };
    expect(await invoke("arrived", "arrived.json")).toEqual({ ...nothing, ignored: 1 });
  });

  it("the sweep finds nothing to make good", async () => {
    expect(await invoke("sweep", "sweep.json")).toMatchObject({ proven: 0, refused: 0 });
  });

  it("nobody's session has ended", async () => {
    expect(await invoke("sessions", "sessions.json")).toEqual({ closed: 0, reminded: 0 });
  });

  it("$disconnect takes the connection out of its rooms", async () => {
    expect(await invoke("socket", "socket-disconnect.json")).toMatchObject({ statusCode: 200 });
    await grace.heard((frame) => frame["type"] === "presence" && frame["here"] === false);
  });
});

describe("what a developer is told", () => {
  it("an exit code of 1, and the error where it was thrown, for a function that throws", async () => {
    const junk = { type: "TOKEN", methodArn: "arn:aws:execute-api:us-east-1:123456789012:a/dev/GET/x" };
    const data = JSON.stringify({ ...junk, authorizationToken: "Bearer junk" });
    const { code, out } = await sls(["invoke", "local", "-f", "authorizer", "--data", data]);
    expect(code).toBe(1);
    expect(out).toMatch(/"errorMessage": "Unauthorized"/);
    expect(out).toMatch(/packages\/authorizer\/src\/[\w-]+\.ts:\d+/);
  });

  it("to start a gateway, where none runs", async () => {
    const { code, out } = await sls(["invoke", "local", "-f", "rooms", "--data", "{}"], home);
    expect(code).toBe(1);
    expect(out).toContain(`No gateway is running on the data in ${home}. Start one`);
  });

  it("the framework's own words, for a function that there is not", async () => {
    const { code, out } = await sls(["invoke", "local", "-f", "nobody", "--data", "{}"], home);
    expect(code).toBe(1);
    expect(out).toContain('Function "nobody" doesn\'t exist in this Service');
  });
});

describe("the events", () => {
  const files = readdirSync(events).map((name) => ({ name, text: readFileSync(join(events, name), "utf8") }));

  it.each(files)("$name names the real ada, and holds no token", ({ text }) => {
    const ids = [...text.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g)];
    for (const [id] of ids) expect(id).toBe(ada.userId);
    expect(text).not.toMatch(/eyJ/);
  });
});

// The last: osls clears away what the commands above have left in .esbuild.
it("sls package needs no gateway and no account, and packs each function alone", async () => {
  const folder = join(home, "package");
  const { code, said } = await sls(["package", "--package", folder], home);
  expect(code, said).toBe(0);
  const packed = readdirSync(folder).filter((name) => name.endsWith(".zip"));
  expect(packed.toSorted()).toEqual([
    "arrived.zip",
    "authorizer.zip",
    "confirm.zip",
    "custom-resources.zip", // the framework's own: it tells the bucket of the function
    "rooms.zip",
    "sessions.zip",
    "socket.zip",
    "statistics.zip",
    "sweep.zip",
  ]);
  for (const name of packed.filter((each) => each !== "custom-resources.zip")) {
    const zip = readFileSync(join(folder, name));
    expect(zip.includes(`examples/chat/functions/${basename(name, ".zip")}.mjs`)).toBe(true);
    // With its source map; the AWS SDK, which Lambda has, would add more than a megabyte.
    expect(statSync(join(folder, name)).size).toBeLessThan(400_000);
  }
});
