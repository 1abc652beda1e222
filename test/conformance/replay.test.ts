// Replays every conformance case over real HTTP.
import { globSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { Case, Step } from "./case.ts";
import { containing, matching } from "./matching.ts";
import { prove } from "./prove.ts";
import { serve } from "./serve.ts";
import { playSockets } from "./sockets.ts";

const folder = join(import.meta.dirname, "cases");
const files = globSync("**/*.json", { cwd: folder }).toSorted();

test.each(files)("%s", async (file) => {
  const given = JSON.parse(readFileSync(join(folder, file), "utf8")) as Case;
  expect(
    given.state === "missing" ? given.note : (given.steps ?? given.socketSteps)?.length,
    "a note or steps",
  ).toBeTruthy();
  if (given.state === "missing") return;
  if (given.socketSteps) return playSockets(given);
  const serving = await serve(given);
  try {
    for (const step of given.steps ?? []) {
      serving.clock.advance(step.afterMs ?? 0);
      const request = await prove(step.request, serving);
      let answer = await send(serving.port, request);
      for (let left = (request.times ?? 1) - 1; left > 0; left--) {
        answer = await send(serving.port, request);
      }
      check(answer, step.expect, given.says);
      expect(Object.fromEntries(serving.calls)).toMatchObject(step.expect.calls ?? {});
      if ("logged" in step.expect || "notLogged" in step.expect) await serving.settle();
      if (step.expect.logged !== undefined)
        expect(serving.lines.join("\n")).toEqual(containing(step.expect.logged));
      const { notLogged } = step.expect;
      if (notLogged !== undefined) expect(serving.lines.join("\n")).not.toContain(notLogged);
    }
  } finally {
    await serving.close();
  }
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

function send(port: number, { method = "GET", path, headers = {}, ...rest }: Step["request"]) {
  const { body = "x".repeat(rest.bytes ?? 0), base64 } = rest;
  return new Promise<Answer>((resolve, reject) => {
    const outgoing = httpRequest(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (incoming) => {
        const { statusCode: status, headers: answered } = incoming;
        buffer(incoming).then((bytes) => resolve({ status, headers: answered, body: bytes }), reject);
      },
    );
    outgoing.on("error", reject).end(base64 === undefined ? body : Buffer.from(base64, "base64"));
  });
}

function check({ status, headers, body }: Answer, wanted: Step["expect"], says: string): void {
  expect([status, body.toString()], says).toEqual([wanted.status, expect.anything()]);
  for (const [name, value] of Object.entries(wanted.headers ?? {})) {
    const actual = headers[name.toLowerCase()];
    if (value === null) expect(actual, `${says}: ${name}`).toBeUndefined();
    else expect(String(actual ?? ""), `${says}: ${name}`).toEqual(matching(value));
  }
  if (wanted.body !== undefined) expect(body.toString(), says).toEqual(matching(wanted.body));
  if (wanted.base64 !== undefined) expect(body.toString("base64"), says).toBe(wanted.base64);
  if (wanted.json !== undefined)
    expect(JSON.parse(body.toString()), says).toMatchObject(wanted.json as object);
}
