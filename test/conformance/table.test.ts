// Keeps the table of FIDELITY.md what the cases say. `vitest run test/conformance -u` writes it anew.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logVariables, variableInFormat } from "../../packages/gateway/src/model/log-variables.ts";
import type { Case } from "./case.ts";

const folder = join(import.meta.dirname, "cases");
const page = join(import.meta.dirname, "../../packages/gateway/FIDELITY.md");

/** Areas in the order of a request's road; a case of another area fails. */
const areas = {
  routes: "Routes",
  stages: "Stages, deployments, canaries",
  endpoints: "Endpoint types and resource policies",
  domains: "Custom domains",
  waf: "Web ACLs",
  authorization: "Authorization",
  keys: "API keys and usage plans",
  throttling: "Throttling",
  validation: "Validation",
  caching: "Caching",
  mapping: "Mapping",
  integrations: "Integrations",
  answers: "Answers",
  limits: "Limits",
  records: "Logs, metrics, traces",
  "http-api": "HTTP APIs",
  websocket: "WebSocket APIs",
  "function-urls": "Function URLs",
} as const;

const cases = globSync("**/*.json", { cwd: folder })
  .toSorted()
  .map((file) => {
    const given = JSON.parse(readFileSync(join(folder, file), "utf8")) as Case;
    return { area: file.split(/[/\\]/)[0] ?? "", file, given };
  });

test("each case stands in an area of the table", () => {
  const strays = cases.filter(({ area }) => !Object.hasOwn(areas, area)).map(({ file }) => file);
  expect(strays).toEqual([]);
});

test("no two cases say the same", () => {
  const titles = cases.map(({ given }) => given.says);
  expect(titles.filter((says, index) => titles.indexOf(says) !== index)).toEqual([]);
});

test("each variable of access logs is in a case", () => {
  const formats = {
    REST: cases.flatMap(({ given }) => given.rest?.stages?.map(({ accessLog }) => accessLog?.format) ?? []),
    HTTP: cases.map(({ given }) => given.http?.accessLog?.format),
  };
  const named = (kind: "REST" | "HTTP") => new Set(formats[kind].join(" ").split(variableInFormat));
  for (const kind of ["REST", "HTTP"] as const) {
    expect([kind, [...logVariables[kind]].filter((name) => !named(kind).has(name))]).toEqual([kind, []]);
  }
});

test("the table is what the cases say", async () => {
  const text = readFileSync(page, "utf8");
  const filled = text.replace(
    /(<!-- cases -->\n).*(<!-- end of cases -->)/s,
    (_, start: string, end: string) => `${start}\n${toTables()}\n${end}`,
  );
  await expect(filled).toMatchFileSnapshot(page);
});

function toTables(): string {
  const summary = (["done", "differs", "missing"] as const)
    .map((state) => `${cases.filter(({ given }) => given.state === state).length} ${state}`)
    .join(", ");
  const tables = Object.entries(areas).map(([area, title]) => {
    const rows = cases.filter((each) => each.area === area).map(({ given }) => toRow(given));
    return rows.length === 0
      ? ""
      : `### ${title}\n\n| behaviour | state | known from |\n|---|---|---|\n${rows.join("\n")}\n\n`;
  });
  return `${cases.length} cases: ${summary}.\n\n${tables.join("")}`;
}

function toRow({ says, state, note, confidence, source }: Case): string {
  const url = /https:\/\/\S+/.exec(source)?.[0];
  const known = url === undefined ? confidence : `[${confidence}](${url})`;
  return `| ${cell(says)} | ${state}${note === undefined ? "" : `: ${cell(note)}`} | ${known} |`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
