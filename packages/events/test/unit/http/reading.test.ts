// Headers, cookies, query and body as they are read.
import { describe, expect, it } from "vitest";
import { RequestBody } from "../../../src/http/body.ts";
import { readCookies, toSetCookie } from "../../../src/http/cookies.ts";
import { LoweredHeaders, SentHeaders } from "../../../src/http/headers.ts";
import { parseQuery, queryFromMaps } from "../../../src/http/query.ts";

describe("headers", () => {
  it("are case-blind, with every value", () => {
    const sent = new SentHeaders({ "X-Many": "b", Host: "h" }, { "X-Many": ["a", "b"] });
    expect(sent.get("x-many")).toBe("a, b");
    expect(sent.all("X-MANY")).toEqual(["a", "b"]);
    expect(sent.get("HOST")).toBe("h");
    expect(sent.has("x-none")).toBe(false);
    expect(sent.all("x-none")).toEqual([]);
    expect(sent.toObject()).toEqual({ "x-many": "a, b", host: "h" });
    const lowered = new LoweredHeaders({ "x-many": "a,b" });
    expect(lowered.get("X-Many")).toBe("a,b");
    expect(lowered.all("x-many")).toEqual(["a,b"]);
    expect(lowered.toObject()).toEqual({ "x-many": "a,b" });
  });

  it("hold nothing that was not sent", () => {
    expect(new SentHeaders(null, null).get("constructor")).toBeUndefined();
    expect(new LoweredHeaders({}).get("constructor")).toBeUndefined();
    expect(new LoweredHeaders(undefined).has("__proto__")).toBe(false);
  });
});

describe("cookies", () => {
  it("are read from both dialects", () => {
    expect({ ...readCookies(["a=1; b=%20x; c", 'd="q"; a=2']) }).toEqual({ a: "1", b: " x", d: "q" });
    expect({ ...readCookies(["a=100%", "b=x=y"]) }).toEqual({ a: "100%", b: "x=y" });
    expect(readCookies(["__proto__=1"])["__proto__"]).toBe("1");
  });

  it("are written with every attribute", () => {
    const line = toSetCookie("a", "é", {
      domain: "chat.example",
      expires: new Date(0),
      maxAge: 1.5,
      partitioned: true,
      sameSite: "None",
    });
    expect(line).toBe(
      "a=%C3%A9; Path=/; Domain=chat.example; Max-Age=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; " +
        "Secure; HttpOnly; SameSite=None; Partitioned",
    );
  });
});

describe("query", () => {
  it.each([
    ["", {}],
    ["a=1&a=2&a=3&b", { a: ["1", "2", "3"], b: "" }],
    ["a=b=c&&d=%20+%2B", { a: "b=c", d: "  +" }],
    ["a=%E0%A4&%zz=1", { a: "%E0%A4", "%zz": "1" }],
  ])("%s", (text, expected) => {
    expect({ ...parseQuery(text) }).toEqual(expected);
  });

  it("prefers the map of all values, and knows no prototype", () => {
    const asItIs = (text: string): string => text;
    expect({ ...queryFromMaps({ a: "2" }, { a: ["1", "2"] }, asItIs) }).toEqual({ a: ["1", "2"] });
    expect({ ...queryFromMaps({ a: "2" }, null, asItIs) }).toEqual({ a: "2" });
    expect(parseQuery("__proto__=x&constructor=y")["constructor"]).toBe("y");
    expect(parseQuery("")["toString"]).toBeUndefined();
  });
});

describe("a body without a schema", () => {
  const headers = new LoweredHeaders({ "content-type": 'Application/JSON ; charset="UTF-8"' });

  it("is read exactly and as it is asked for", async () => {
    const nine = Buffer.from([0, 255, 128, 13, 10, 0, 1, 2, 254]);
    const body = new RequestBody({ body: nine.toString("base64"), isBase64Encoded: true }, headers);
    expect([...body.bytes()]).toEqual([...nine]);
    expect(() => body.text()).toThrow(expect.objectContaining({ statusCode: 400 }));
    const json = new RequestBody({ body: '\ufeff{"a":1}' }, headers);
    expect(json.type).toBe("application/json");
    expect(await json.json()).toEqual({ a: 1 });
    expect({ ...new RequestBody({ body: "a=1" }, headers).form() }).toEqual({ a: "1" });
  });

  it("may be empty", async () => {
    for (const sent of [undefined, null, ""]) {
      const body = new RequestBody({ body: sent }, new LoweredHeaders({}));
      expect(body.isEmpty).toBe(true);
      expect(body.type).toBe("");
      expect(body.text()).toBe("");
      expect(body.bytes()).toHaveLength(0);
      await expect(body.json()).rejects.toMatchObject({ statusCode: 400 });
    }
  });
});
