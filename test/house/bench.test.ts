// The benches run and find every answer right; what it measures in so short a time means nothing.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "./sources.ts";

const run = promisify(execFile);
const file = join(root, "test-output", "bench-quick.json");

interface Report {
  readonly quick: boolean;
  readonly machine: { readonly node: string; readonly cores: number };
  readonly benches: Readonly<Record<string, { readonly says: string; readonly tables: readonly Table[] }>>;
}

interface Table {
  readonly title: string;
  readonly columns: readonly { readonly key: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

let printed = "";
let report: Report;

beforeAll(async () => {
  rmSync(file, { force: true });
  const names = ["events", "gateway", "broadcast"]; // the rest starts many processes
  const args = [...process.execArgv, join(root, "test", "bench", "run.ts"), ...names, "--quick"];
  const { stdout } = await run(process.execPath, args, { cwd: root });
  printed = stdout;
  report = JSON.parse(readFileSync(file, "utf8")) as Report; // what the run has just written
}, 180_000);

describe("a quick run of the first benches", () => {
  it("says what it ran on", () => {
    expect(report).toMatchObject({ quick: true, machine: { node: process.version } });
  });

  it.each([
    ["events", 3, ["noop", "bare", "middy-core", "gatewright"]],
    ["gateway", 2, ["bare node:http", "node:http + worker hop", "gateway, REST API", "gateway, HTTP API"]],
    ["broadcast", 2, ["gatewright", "node-http", "raw", "sdk-all", "sdk-limited"]],
  ])("measures everybody in %s", (name, tables, contenders) => {
    const bench = report.benches[name];
    expect(bench?.tables).toHaveLength(tables);
    const [first] = bench?.tables ?? [];
    const key = first?.columns[0]?.key ?? "";
    expect(first?.rows.map((row) => row[key])).toEqual(contenders);
  });

  it("has a number in each cell that a column promises, and prints every table", () => {
    for (const { title, columns, rows } of Object.values(report.benches).flatMap(({ tables }) => tables)) {
      expect(printed).toContain(`### ${title}`);
      const numbers = rows.flatMap((row) => columns.slice(1).map(({ key }) => row[key]));
      expect(numbers.filter((value) => typeof value === "number").length).toBeGreaterThan(rows.length);
      expect(numbers.every((value) => value === undefined || typeof value === "number")).toBe(true);
    }
  });
});

describe("the command", () => {
  it("names the benches there are when it is asked for another", async () => {
    const args = [...process.execArgv, join(root, "test", "bench", "run.ts"), "nonesuch"];
    await expect(run(process.execPath, args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'no bench "nonesuch"; there are events, events-rivals, gateway, broadcast, broadcast-large, cold-send, uploads, authorizer.',
      ) as string,
    });
  });
});
