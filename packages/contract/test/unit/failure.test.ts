// The house's one shape of failure.
import { describe, expect, it } from "vitest";
import { defineFailures, isFailure } from "../../src/index.ts";

const failures = defineFailures("house", {
  DOOR_SHUT: {
    says: (at: { readonly door: string }): string => `The door ${at.door} is shut.`,
    fix: "Knock.",
    blame: "user",
  },
  ROOF_GONE: { says: (): string => "The roof is gone.", fix: "Tell the maintainers.", blame: "system" },
});

describe("a failure", () => {
  it("says what happened and what to do", () => {
    const cause = new Error("bolt");
    const failure = failures.create("DOOR_SHUT", { door: "front" }, { cause });
    expect(failure).toBeInstanceOf(Error);
    expect(failure.message).toBe("The door front is shut. Knock.");
    expect(failure.name).toBe("house:DOOR_SHUT");
    expect(failure).toMatchObject({
      package: "house",
      code: "DOOR_SHUT",
      facts: { door: "front" },
      fix: "Knock.",
      blame: "user",
    });
    expect(failure.cause).toBe(cause);
  });

  it("is known to its own package, and to the house", () => {
    const failure = failures.create("ROOF_GONE", {} as never);
    const others = defineFailures("garden", {});
    expect(failures.is(failure)).toBe(true);
    expect(others.is(failure)).toBe(false);
    expect(isFailure(failure)).toBe(true);
  });

  it("is known across two copies of a package", () => {
    const copy = defineFailures("house", {});
    expect(copy.is(failures.create("DOOR_SHUT", { door: "back" }))).toBe(true);
  });

  it.each([undefined, null, "", 7, {}, new Error("x"), { code: "DOOR_SHUT", package: "house" }])(
    "is not %s",
    (value) => {
      expect(isFailure(value)).toBe(false);
      expect(failures.is(value)).toBe(false);
    },
  );

  it("shows its code and facts where it is written as JSON, and no brand", () => {
    const written: unknown = JSON.parse(JSON.stringify(failures.create("DOOR_SHUT", { door: "front" })));
    expect(written).toMatchObject({ code: "DOOR_SHUT", facts: { door: "front" } });
  });
});
