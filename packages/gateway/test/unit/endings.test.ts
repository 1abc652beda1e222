// Everything that was started is ended, once, the last first.
import { describe, expect, it } from "vitest";
import { createEndings } from "../../src/endings.ts";

describe("createEndings", () => {
  it("ends in reverse, once, and tells the first error after trying all", async () => {
    const ended: string[] = [];
    const endings = createEndings();
    const part = (name: string, error?: Error) => ({
      close: async () => {
        ended.push(name);
        if (error) throw error;
      },
    });
    endings.add(part("first"));
    endings.add(part("second", new Error("stuck")));
    endings.add(part("third"));
    await expect(endings.close()).rejects.toThrow("stuck");
    await expect(endings.close()).rejects.toThrow("stuck");
    expect(ended).toEqual(["third", "second", "first"]);
  });
});
