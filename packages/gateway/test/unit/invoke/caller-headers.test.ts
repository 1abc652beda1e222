import { expect, test } from "vitest";
import { createHearCaller } from "../../../src/invoke/caller-headers.ts";
import { recordedLog, request } from "./requests.ts";

const said = request("GET /dev/a", {
  headers: [
    ["X-Gatewright-Source-Ip", "203.0.113.9"],
    ["x-gatewright-source-vpce", "vpce-1"],
    ["x-other", "1"],
  ],
});

test("callers on this machine are believed where that is allowed", () => {
  const heard = createHearCaller(true, recordedLog())(said);
  expect(heard).toMatchObject({ sourceIp: "203.0.113.9", caller: { vpceId: "vpce-1" } });
  expect(heard.headers.map(([name]) => name)).toEqual(["host", "x-other"]);
  expect(heard.received).toBe(said.headers);
});

test("nobody is believed otherwise, nor anybody from elsewhere; it is said once", () => {
  for (const [allowed, from] of [
    [false, "127.0.0.1"],
    [true, "192.0.2.1"],
  ] as const) {
    const log = recordedLog();
    const hear = createHearCaller(allowed, log);
    const heard = [hear({ ...said, sourceIp: from }), hear({ ...said, sourceIp: from })];
    for (const each of heard) {
      expect(each.sourceIp).toBe(from);
      expect(each.caller).toBeUndefined();
      expect(each.headers.map(([name]) => name)).toEqual(["host", "x-other"]);
    }
    expect(log.lines).toHaveLength(1);
  }
});

test("a request without such headers passes as it is", () => {
  const plain = request("GET /dev/a", { headers: [["x-gatewright-other", "1"]] });
  expect(createHearCaller(true, recordedLog())(plain)).toBe(plain);
});
