import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchDefinition } from "../../../src/cli/definition-watch.ts";
import { readServerless } from "../../../src/read/serverless.ts";
import { openTraffic, type Traffic } from "../../../src/start-traffic.ts";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { systemClock, systemIds } from "../../../src/ports.ts";
import { recordedLog, request } from "../invoke/requests.ts";

let folder = "";
let traffic: Traffic | undefined;
let unwatch = (): void => undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "watch-"));
});
afterEach(async () => {
  unwatch();
  await traffic?.close();
  await rm(folder, { recursive: true });
});

const definition = (path: string, more = "") => `
service: shop
provider: { name: aws, runtime: nodejs24.x }
functions:
  f:
    handler: a.b
${more}
    events:
      - http: GET ${path}
`;

async function start(written = definition("/a")) {
  const file = join(folder, "serverless.yml");
  await writeFile(file, written);
  const read = () => readServerless(file, { env: {} });
  const first = await read();
  const log = recordedLog();
  const functions = inlineFunctions({ f: () => ({ statusCode: 200 }) });
  traffic = await openTraffic({
    service: first,
    functions,
    folder: join(folder),
    apiKeyValues: new Map(),
    clock: systemClock,
    ids: systemIds,
    log,
  });
  const { control, rest, http } = traffic;
  const errors: unknown[] = [];
  unwatch = watchDefinition({
    file,
    read,
    gateway: control,
    first,
    log,
    fail: (error) => void errors.push(error),
  });
  const status = async (path: string) => (await rest?.answer(request(`GET /dev${path}`)))?.status;
  const httpStatus = async (path: string) => (await http?.answer(request(`GET ${path}`)))?.status;
  return { file, log, control, errors, status, httpStatus };
}

test("a definition that is written is deployed, and what needs a new start is said", async () => {
  const { file, log, control, status } = await start();
  expect(await status("/a")).toBe(200);
  await writeFile(file, definition("/b", "    memorySize: 512"));
  await vi.waitFor(async () => expect(await status("/b")).toBe(200), { timeout: 10_000 });
  expect(await status("/a")).toBe(403);
  expect(log.lines.join("\n")).toContain(`: REST ${control.deployments.rest?.history().at(-1)?.id}`);
  expect(log.lines).toContain("warn start again for what changed in: functions");
});

test("everything that is fixed at start is named", async () => {
  const { file, log } = await start();
  const more = `custom:
  gatewright:
    identities: [{ name: ada }]
    throttle: { rateLimit: 1, burstLimit: 1 }
    domains: [{ domainName: a.example, mappings: [{ api: rest }] }]
  esbuild: { minify: true }
`;
  const events = "      - httpApi: GET /c\n      - schedule: rate(1 minute)\n";
  await writeFile(file, `${definition("/b")}${events}${more}`);
  await vi.waitFor(
    () =>
      expect(log.lines).toContain(
        "warn start again for what changed in: bundling, identities, domains, schedules, localLimits, httpApi",
      ),
    { timeout: 10_000 },
  );
});

test("a definition that cannot be read is told, and the one before goes on", async () => {
  const { file, errors, status } = await start();
  await writeFile(file, "service: [");
  await vi.waitFor(() => expect(errors).toHaveLength(1), { timeout: 10_000 });
  expect(await status("/a")).toBe(200);
});

const both = (path: string, source = "$request.header.x") => `${definition(path)}      - httpApi: GET ${path}
resources:
  extensions:
    HttpApiIntegrationF: { Properties: { RequestParameters: { "append:header.y": "${source}" } } }
`;

test("where one API cannot be deployed the others are not, either, while requests go on", async () => {
  const { file, control, errors, status, httpStatus } = await start(both("/a"));
  const stands = () => [control.deployments.rest?.stages(), control.deployments.http?.stages()];
  const before = stands();
  const seen = new Set<string>();
  const done = new AbortController();
  const requests = (async () => {
    while (!done.signal.aborted) {
      const answers = [
        await status("/a"),
        await httpStatus("/a"),
        await status("/b"),
        await httpStatus("/b"),
      ];
      seen.add(answers.join(" "));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await writeFile(file, both("/b", "$request.nowhere.x"));
  await vi.waitFor(() => expect(errors).toMatchObject([{ code: "MAPPING_UNREADABLE" }]), {
    timeout: 10_000,
  });
  done.abort();
  await requests;
  expect([...seen]).toEqual(["200 200 403 404"]);
  expect(stands()).toEqual(before);
  expect(control.deployments.rest?.history()).toHaveLength(1);
  await writeFile(file, both("/b"));
  await vi.waitFor(async () => expect(await status("/b")).toBe(200), { timeout: 10_000 });
  expect([await httpStatus("/b"), await status("/a"), await httpStatus("/a")]).toEqual([200, 403, 404]);
});
