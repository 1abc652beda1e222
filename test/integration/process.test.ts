// The chat as a process: what it prints, what it keeps, what it refuses, and that nothing of it stays behind.
import { spawn } from "node:child_process";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  freePorts,
  holdingsOf,
  root,
  startProcess,
  stillHeld,
  type ChatProcess,
  type Holdings,
  type Ready,
  type StartOptions,
} from "./chat-process.ts";
import { endOf, familyOf, firstLine } from "./child.ts";
import { openWire } from "./wire.ts";

let folder: string;
/** One data folder for the tests that follow each other, as one developer has it. */
let data: string;
const running = new Set<ChatProcess>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-process-"));
  data = join(folder, "data");
});
afterEach(() => {
  for (const chat of running) chat.kill(); // only where a test has failed
  running.clear();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(given: readonly string[], options?: StartOptions): ChatProcess {
  const started = startProcess(given, options);
  running.add(started);
  return started;
}

/** Everything is released soon after the end of the process that was started, at the latest. */
async function expectNothingLeft(holdings: Holdings): Promise<void> {
  await expect.poll(() => stillHeld(holdings), { timeout: 10_000, interval: 20 }).toEqual([]);
}

/** Starting this is refused: what it says, once it has ended with 1. */
async function refusalOfStart(...given: string[]): Promise<string> {
  const refused = start(given);
  expect(await refused.ended).toEqual({ code: 1, signal: null });
  expect(await refused.out).toBe("");
  const said = await refused.said;
  expect(said, "a stack trace").not.toMatch(/^\s+at /m);
  return said;
}

async function signIn({ web, users }: Ready): Promise<string> {
  const config = (await (await fetch(`${web}/config.json`)).json()) as {
    signIn: { url: string; clientId: string };
  }; // as examples/chat/web/config.ts has it
  const [user] = users;
  const answer = await fetch(config.signIn.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: "USER_PASSWORD_AUTH",
      ClientId: config.signIn.clientId,
      AuthParameters: { USERNAME: user?.name, PASSWORD: user?.password },
    }),
  });
  const signedIn = (await answer.json()) as { AuthenticationResult: { AccessToken: string } };
  return signedIn.AuthenticationResult.AccessToken;
}

async function say(ready: Ready, text: string): Promise<void> {
  const wire = await openWire(ready.websocket, ["chat.v1", `bearer.${await signIn(ready)}`]);
  await wire.ask("join", { room: "lobby" });
  expect(await wire.ask("send", { room: "lobby", key: text, text })).toMatchObject({ type: "answer" });
  await wire.close();
}

async function historyOf(ready: Ready): Promise<(string | undefined)[]> {
  const authorization = `Bearer ${await signIn(ready)}`;
  const answer = await fetch(`${ready.http}/rooms/lobby/messages`, { headers: { authorization } });
  const { messages } = (await answer.json()) as { messages: { text?: string }[] };
  return messages.map(({ text }) => text);
}

describe("node examples/chat/start.ts", () => {
  it("tells a script in one line where everything is, and ends on Ctrl-C with nothing left", async () => {
    const chat = start(["--port", "0", "--data", data]);
    const ready = await chat.ready;
    expect(ready).toMatchObject({
      web: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      rest: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/dev$/) as string,
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      websocket: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/dev$/) as string,
    });
    expect(ready.users.map(({ name }) => name)).toEqual(["ada", "grace", "alan"]);
    const page = await fetch(ready.web);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    await say(ready, "before the night");

    const holdings = await holdingsOf(chat, data);
    expect(holdings.addresses).toHaveLength(8);
    expect(await stillHeld(holdings)).toEqual(
      expect.arrayContaining([...holdings.addresses, holdings.lock, `process ${chat.child.pid}`]),
    );
    chat.child.kill("SIGINT");
    expect(await chat.ended).toEqual({ code: 0, signal: null });
    await expectNothingLeft(holdings);
    const lines = (await chat.out).trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toEqual(ready);
  });

  it("remembers what was said, keeps its data to itself, and ends on SIGTERM", async () => {
    const chat = start(["--port", "0", "--data", data]);
    const ready = await chat.ready;
    expect(await historyOf(ready)).toEqual(["before the night"]);
    const said = await refusalOfStart("--port", "0", "--data", data);
    expect(said).toMatch(/^gatewright: Process \d+ is already running .*--data\. \(DATA_FOLDER_BUSY\)\n$/);
    expect(said).toContain(`${chat.child.pid}`);
    expect(await historyOf(ready)).toEqual(["before the night"]);
    const holdings = await holdingsOf(chat, data);
    chat.child.kill("SIGTERM");
    expect(await chat.ended).toEqual({ code: 0, signal: null });
    await expectNothingLeft(holdings);
  });

  it("forgets with --fresh, keeps its ports, and ends when the process that started it goes", async () => {
    const port = await freePorts(8);
    const chat = start(["--port", String(port + 1), "--data", data, "--fresh"], { channel: true });
    const ready = await chat.ready;
    expect(ready.web).toBe(`http://127.0.0.1:${port + 1}`);
    expect(ready.rest).toBe(`http://127.0.0.1:${port + 2}/dev`);
    expect(await historyOf(ready)).toEqual([]);

    const other = join(folder, "other");
    const [same, overlapping] = await Promise.all([
      refusalOfStart("--port", String(port + 1), "--data", other),
      refusalOfStart("--port", String(port), "--data", other),
    ]);
    const fix = "Stop the other program, choose another port with --port, or let --port 0 pick free ones.";
    expect(same).toBe(
      `gatewright: Port ${port + 1} for the chat page is already in use. ${fix} (PORT_TAKEN)\n`,
    );
    expect(overlapping).toBe(
      `gatewright: Port ${port + 1} for the REST API is already in use. ${fix} (PORT_TAKEN)\n`,
    );
    await expect(access(other), "the refused start left something behind").rejects.toThrow(/ENOENT/);
    await say(ready, "still here");

    const holdings = await holdingsOf(chat, data);
    chat.child.disconnect();
    expect(await chat.ended).toEqual({ code: 0, signal: null });
    await expectNothingLeft(holdings);
  });

  it("loses nothing that was said when it is killed, and starts again on what it left", async () => {
    const own = join(folder, "killed");
    const killed = start(["--port", "0", "--data", own]);
    await say(await killed.ready, "last words");
    const { family, addresses } = await holdingsOf(killed, own);
    killed.child.kill("SIGKILL");
    await killed.ended;
    await expectNothingLeft({ family, addresses, lock: join(own, "no lock: it stays, and holds nobody up") });
    const again = start(["--port", "0", "--data", own]);
    expect(await historyOf(await again.ready)).toEqual(["last words"]);
    again.child.kill("SIGINT");
    expect(await again.ended).toEqual({ code: 0, signal: null });
  });

  it("ends as well when it is told to while it is still starting", async () => {
    const chat = start(["--port", "0", "--data", data]);
    await expect
      .poll(
        () =>
          access(join(data, "lock")).then(
            () => "locked",
            () => "not yet",
          ),
        { timeout: 10_000, interval: 2 },
      )
      .toBe("locked");
    chat.child.kill("SIGINT");
    expect(await chat.ended).toEqual({ code: 0, signal: null });
    await expect(access(join(data, "lock"))).rejects.toThrow(/ENOENT/);
    expect(await chat.said).not.toMatch(/Error/);
  });

  it("says what it takes when it is asked for something else", async () => {
    expect(await refusalOfStart("--prot", "4000")).toMatch(/--prot.*--port N/);
    expect(await refusalOfStart("--port", "many", "--data", data)).toMatch(
      /"many".*\(ARGUMENTS_INVALID\)\n$/,
    );
  });
});

describe("gatewright dev", () => {
  it("ends at once though functions hang and spin and clients stay connected", async () => {
    const cli = join(root, "packages", "gateway", "src", "cli", "main.ts");
    const file = join(root, "test", "integration", "fixtures", "misbehaving", "serverless.yml");
    const own = join(folder, "misbehaving");
    const program = [
      "--conditions=@gatewright/source",
      cli,
      "dev",
      file,
      "--port",
      "0",
      "--data",
      own,
      "--json",
    ];
    const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "ignore"] });
    const ended = endOf(child);
    try {
      const urls = JSON.parse(await firstLine(child)) as Record<"rest" | "http" | "websocket", string>; // what --json prints
      const [wire, idle] = await Promise.all([openWire(urls.websocket), openWire(urls.websocket)]);
      wire.send(JSON.stringify({ action: "misbehave", how: "spin" }));
      const cutOff = [fetch(`${urls.http}/misbehave/hang`), fetch(`${urls.rest}/misbehave/spin`)];
      const asked = Promise.allSettled(cutOff);
      await fetch(`${urls.http}/misbehave/fine`); // by now the others have arrived
      const holdings = {
        family: familyOf(child.pid ?? 0),
        addresses: Object.values(urls),
        lock: join(own, "lock"),
      };
      child.kill("SIGINT");
      expect(await ended).toEqual({ code: 0, signal: null });
      expect((await idle.ended).code).toBe(1001);
      await asked;
      await expectNothingLeft(holdings);
    } finally {
      child.kill("SIGKILL");
    }
  });
});

describe("npm start", () => {
  const startNpm = async (): Promise<{ chat: ChatProcess; holdings: Holdings }> => {
    const chat = start(["--port", "0", "--data", data], { npm: true });
    const { web } = await chat.ready;
    expect((await fetch(web)).status).toBe(200);
    const holdings = await holdingsOf(chat, data);
    expect(holdings.addresses).toHaveLength(8);
    return { chat, holdings };
  };

  it("ends everything on Ctrl-C, which the terminal sends to all of its processes", async () => {
    const { chat, holdings } = await startNpm();
    process.kill(-(chat.child.pid ?? 0), "SIGINT"); // the group, as a terminal does
    await chat.ended;
    await expectNothingLeft(holdings);
  });

  it("ends everything on SIGTERM to npm alone", async () => {
    const { chat, holdings } = await startNpm();
    chat.child.kill("SIGTERM");
    await chat.ended;
    await expectNothingLeft(holdings);
  });
});
