import { expect, test } from "vitest";
import { jwt, secret } from "../programs/events.ts";
import { run } from "../programs/run.ts";

test("every line says where it belongs, and one per invocation says how it ended", async () => {
  const { lines, text } = await run("./logging.ts");
  const facts = lines.map(
    ({ level, message, service, api, route, stage, request_id, connection_id, status }) => ({
      level,
      message,
      service,
      where: [api, route, stage, request_id, connection_id],
      status,
    }),
  );
  const room = ["rest", "GET /rooms/{room}", "dev", "rest-1", undefined];
  const post = ["http", "POST /rooms/{room}", "$default", "http-1", undefined];
  const send = ["websocket", "send", "dev", "ws-1", "L0SM9cOFvHcCIhw="];
  const nowhere = [undefined, undefined, undefined, undefined, undefined];
  const inside = { level: "INFO", message: "inside", service: "chat", status: undefined };
  const handled = { level: "INFO", message: "handled", service: "chat", status: 201 };
  const lonely = ["authorizer", undefined, undefined, undefined, undefined];
  const made = ["authorizer", undefined, undefined, "auth-1", undefined];
  expect(facts.filter(({ level }) => level === "INFO")).toEqual([
    { ...inside, where: room },
    { ...handled, where: room },
    { ...inside, where: post },
    { ...handled, where: post },
    { ...inside, where: send },
    { ...handled, where: send },
    { ...inside, message: "between", where: nowhere },
    { ...handled, status: 401, where: lonely },
    { ...inside, message: "careless", where: lonely },
    { ...handled, service: "made", status: 403, where: made },
  ]);
  expect(facts.filter(({ level }) => level === "ERROR")).toEqual([
    { level: "ERROR", message: "failed", service: "chat", status: 500, where: room },
    { level: "ERROR", message: "failed", service: "chat", status: 500, where: lonely },
    { level: "ERROR", message: "failed", service: "made", status: 500, where: room },
  ]);
  for (const line of lines.filter(({ message }) => message === "handled" || message === "failed"))
    expect(line).toMatchObject({ duration_ms: expect.any(Number), function_request_id: "lambda-1" });
  expect(lines.find(({ message }) => message === "failed")).toMatchObject({
    error: { name: "RangeError", message: "no table" },
  });
  expect(text).not.toContain(secret);
});

test("what careless code logs or throws is written without its secrets", async () => {
  const { lines, text } = await run("./logging.ts");
  expect(text).not.toContain(jwt);
  const careless = lines.find(({ message }) => message === "careless");
  expect(careless).toMatchObject({
    event: {
      authorizationToken: "[redacted]",
      headers: { authorization: "[redacted]" },
      cookies: "[redacted]",
    },
  });
  const failed = lines.filter(({ message, error }) => message === "failed" && hasWords(error));
  expect(failed).toHaveLength(2); // by the logger that was given, and by the one that was made
});

function hasWords(error: unknown): boolean {
  return (error as { readonly message?: unknown } | undefined)?.message === "cannot read [redacted]"; // as Powertools writes errors
}

test("the event is not logged where Powertools is told to log events", async () => {
  const { text } = await run("./logging.ts", { POWERTOOLS_LOGGER_LOG_EVENT: "true" });
  expect(text).not.toContain(secret);
});
