import { expect, test } from "vitest";
import { failures } from "../../src/index.ts";
import { refuseMissing } from "../../src/failures.ts";

test("a missing part of Powertools is named", async () => {
  const missing = "@aws-lambda-powertools/not-there";
  const error: unknown = await import(missing).catch(refuseMissing(missing)).catch((error: unknown) => error);
  expect(failures.is(error) && [error.code, error.facts]).toEqual(["PEER_MISSING", { package: missing }]);
});
