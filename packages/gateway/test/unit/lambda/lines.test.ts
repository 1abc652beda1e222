// Text into lines.
import { expect, test } from "vitest";
import { createLines } from "../../../src/lambda/lines.ts";

test("pieces become whole lines, whatever the line end; the rest waits for flush", () => {
  const seen: string[] = [];
  const lines = createLines((line) => seen.push(line));
  lines.push("a");
  lines.push("b\n\nc\r\nd");
  expect(seen).toEqual(["ab", "", "c"]);
  lines.flush();
  lines.flush();
  expect(seen).toEqual(["ab", "", "c", "d"]);
});
