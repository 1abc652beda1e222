// Doors can be given functions that do not exist yet.
import { describe, expect, it } from "vitest";
import { lateFunctions } from "../../src/late-functions.ts";
import { inlineFunctions } from "../../src/integrations/inline-functions.ts";
import type { Functions } from "../../src/ports.ts";

const real = (closed: string[] = []): Functions => ({
  ...inlineFunctions({ a: () => "a", b: () => "b" }),
  invoke: async (key) => ({ kind: "returned", payload: JSON.stringify(key) }),
  close: async () => void closed.push("closed"),
});

describe("lateFunctions", () => {
  it("lets early events wait and passes late ones on", async () => {
    const late = lateFunctions();
    const early = late.invoke("a", {}, { timeoutMs: 1 });
    const streamed = late.stream("a", {}, { timeoutMs: 1 });
    late.bind(real());
    expect(await early).toEqual({ kind: "returned", payload: '"a"' });
    expect(await streamed).toMatchObject({ kind: "streaming" });
    expect(await late.stream("b", {}, { timeoutMs: 1 })).toMatchObject({ kind: "streaming" });
    expect(await late.invoke("b", {}, { timeoutMs: 1 })).toEqual({ kind: "returned", payload: '"b"' });
  });

  it("closes what was bound, and is content where nothing was", async () => {
    const closed: string[] = [];
    await lateFunctions().close();
    const late = lateFunctions();
    late.bind(real(closed));
    await late.close();
    expect(closed).toEqual(["closed"]);
  });
});
