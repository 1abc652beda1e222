// The code of a failure says which facts it carries.
import { assertType, expectTypeOf, test } from "vitest";
import { defineFailures } from "../../src/index.ts";

const failures = defineFailures("house", {
  DOOR_SHUT: { says: (at: { readonly door: string }): string => at.door, fix: "Knock.", blame: "user" },
  WINDOW_SHUT: {
    says: (at: { readonly pane: number }): string => `${at.pane}`,
    fix: "Open it.",
    blame: "user",
  },
});

test("facts are those of the code", () => {
  expectTypeOf(failures.create("DOOR_SHUT", { door: "front" }).facts).toEqualTypeOf<
    Readonly<{ readonly door: string }>
  >();
  // @ts-expect-error the facts of another code
  assertType(failures.create("DOOR_SHUT", { pane: 1 }));
  // @ts-expect-error no such code
  assertType(failures.create("ROOF_GONE", {}));
});

test("a caught failure narrows by its code", () => {
  const caught: unknown = undefined;
  if (failures.is(caught) && caught.code === "WINDOW_SHUT") {
    expectTypeOf(caught.facts.pane).toEqualTypeOf<number>();
  }
});
