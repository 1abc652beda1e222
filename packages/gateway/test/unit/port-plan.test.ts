// Which server listens where.
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { Service } from "../../src/model/service.ts";
import { assertPortsFree, portsFrom } from "../../src/port-plan.ts";

const service = {
  httpApi: {},
  websocketApi: {},
  tables: [{}],
  buckets: [],
  userPools: [{}],
  functions: [{}],
  domains: [{}],
  functionUrls: [{}, {}],
} as unknown as Service; // only what the plan looks at

describe("portsFrom", () => {
  it("gives each server that is needed its own fixed place in the row", () => {
    expect(portsFrom(service, 4000)).toEqual({
      http: 4002,
      websocket: 4003,
      dynamodb: 4004,
      cognito: 4006,
      lambda: 4007,
      domains: 4008,
      functionUrls: 4009,
    });
  });

  it("asks the system for each one when the first is 0", () => {
    expect(portsFrom(service, 0)).toEqual({
      http: 0,
      websocket: 0,
      dynamodb: 0,
      cognito: 0,
      lambda: 0,
      domains: 0,
      functionUrls: 0,
    });
  });

  it.each([-1, 1.5, Number.NaN, 65_527, 70_000])("refuses %d: PORT_INVALID", (port) => {
    expect(() => portsFrom(service, port)).toThrow(expect.objectContaining({ code: "PORT_INVALID" }));
  });
});

describe("assertPortsFree", () => {
  it("names the server whose port is taken: PORT_TAKEN", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const failure = { code: "PORT_TAKEN", facts: { port, for: "the WebSocket API" } };
    await expect(assertPortsFree({ http: 0, websocket: port })).rejects.toMatchObject(failure);
    other.close();
    await once(other, "close");
    await assertPortsFree({ websocket: port });
  });
});
