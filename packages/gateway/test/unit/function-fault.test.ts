// What a developer is told of a function that failed.
import { expect, test } from "vitest";
import { nameFault } from "../../src/function-fault.ts";

const failed = (errorType: string, errorMessage: string): string =>
  nameFault({ kind: "failed", errorType, errorMessage });

test("the service's own words are told, a function's are not: it has printed them itself", () => {
  expect(failed("Runtime.ExitError", "Error: Runtime exited with error: exit status 1")).toBe(
    "Runtime.ExitError: Runtime exited with error: exit status 1",
  );
  expect(failed("TypeError", "no user for token abc")).toBe("TypeError");
});
