// Every example of the documents compiles, runs, and answers what it says that it answers.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { HttpEvent, WebsocketResult } from "@gatewright/contract";
import { describe, expect, it } from "vitest";
import type { AnyHttpResult } from "../../src/http.ts";
import { lambdaContext } from "../events/context.ts";
import { httpEvent } from "../events/http.ts";
import { connectEvent, messageEvent } from "../events/websocket.ts";
import { examplesFolder, writeExamples } from "./examples.ts";

const examples = writeExamples(["README.md", "GUIDE.md"]);
const user = { gw: '{"userId":"ada","name":"Ada"}' };

type Handler = (event: unknown, context: unknown) => Promise<AnyHttpResult & WebsocketResult>;

function toHttpEvent(call: string): HttpEvent {
  const [, method = "", target = "", body] = /^(\w+) (\S+)(?: (.*))?$/.exec(call) ?? [];
  const [rawPath = "", rawQueryString = ""] = target.split("?");
  const {
    body: _body,
    pathParameters: _parameters,
    ...event
  } = httpEvent(
    {
      routeKey: "$default",
      rawPath,
      rawQueryString,
      headers: { "content-type": "application/json", "x-client": "docs" },
      ...(body !== undefined && { body }),
    },
    { routeKey: "$default", requestId: "1", authorizer: { lambda: user }, http: { method, path: rawPath } },
  );
  return body === undefined ? event : { ...event, body };
}

function toEvent(call: string): object {
  const context = { requestId: "1", authorizer: user };
  if (call.startsWith("connect")) {
    const query = new URLSearchParams(call.slice("connect?".length));
    return connectEvent({ queryStringParameters: Object.fromEntries(query) }, context);
  }
  return /^[A-Z]+ \//.test(call) ? toHttpEvent(call) : messageEvent("$default", call, context);
}

/** A status and a body in one line, or a frame. */
function inWords(call: string, { statusCode, body = "" }: AnyHttpResult & WebsocketResult): string {
  const text = (body ?? "").trim().replaceAll("\n", " ");
  if (/^[A-Z]+ \/|^connect/.test(call)) return `${statusCode} ${text}`.trim();
  return text === "" ? "nothing" : text;
}

it("there are examples, and they promise something", () => {
  expect(examples.length).toBeGreaterThan(10);
  expect(examples.flatMap(({ promises }) => promises).length).toBeGreaterThan(35);
});

it("all of them compile for a reader", () => {
  const require = createRequire(import.meta.url);
  const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");
  const extended = join(import.meta.dirname, "../../../../tsconfig.check.json");
  const project = join(examplesFolder, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ extends: extended, include: ["*.ts"], exclude: [] }));
  execFileSync(process.execPath, [tsc, "-p", project], { encoding: "utf8", stdio: "pipe" });
});

describe.each(examples.filter(({ runs }) => runs))("$name", ({ file, promises }) => {
  it("runs", async () => {
    const { handler } = (await import(file)) as { handler?: Handler };
    expect(handler).toBeTypeOf("function");
    for (const { call, answer } of promises) {
      const said = inWords(
        call,
        await (handler as Handler)(toEvent(call), lambdaContext(call.includes("/slow") ? 260 : 10_000)),
      );
      const isStatusAlone = /^\d{3}$/.test(answer);
      expect(`${call} → ${isStatusAlone ? said.slice(0, 3) : said}`).toBe(`${call} → ${answer}`);
    }
  });
});
