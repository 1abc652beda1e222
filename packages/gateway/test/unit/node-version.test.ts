// What is said on a Node.js that is too old.
import { expect, it } from "vitest";
import { assertNode } from "../../src/node-version.ts";

it("says which one is needed, and how to get it: NODE_TOO_OLD", () => {
  for (const version of ["20.20.2", "8.10.0", "21.7.3"]) {
    expect(() => assertNode(version)).toThrow(
      expect.objectContaining({ code: "NODE_TOO_OLD", facts: { version } }),
    );
  }
  expect(() => assertNode("20.20.2")).toThrow(/needs Node\.js 22 or newer, and this is 20\.20\.2\..*node@24/);
});

it("lets 22 and newer be", () => {
  for (const version of ["22.0.0", "100.1.0", process.versions.node]) {
    expect(() => assertNode(version)).not.toThrow();
  }
});
