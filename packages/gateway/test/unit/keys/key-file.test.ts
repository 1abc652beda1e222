import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failures } from "../../../src/failures.ts";
import { readCsv, writeCsv } from "../../../src/keys/csv.ts";
import { readKeyFile } from "../../../src/keys/key-file.ts";

describe("a file of API keys", () => {
  test("has its columns in any order, and most of them may be missing", () => {
    const text =
      'Enabled,Key,Name,UsagePlanIds,Description\r\nfalse,key-of-twenty-letters,one,"p1, p2","a ""b"", c"\n';
    expect(readKeyFile(text)).toEqual({
      rows: [
        {
          name: "one",
          value: "key-of-twenty-letters",
          enabled: false,
          usagePlanIds: ["p1", "p2"],
          description: 'a "b", c',
        },
      ],
      warnings: [],
    });
    expect(readKeyFile("name,key\none,key-of-twenty-letters").rows).toMatchObject([
      { enabled: true, usagePlanIds: [] },
    ]);
  });

  test("leaves rows out that are no keys, and shows none of them", () => {
    const long = "x".repeat(129);
    const { rows, warnings } = readKeyFile(
      `Name,Key\na,short\nb,${long}\n,key-of-twenty-letters\n${"n".repeat(1025)},key-of-twenty-letters\n`,
    );
    expect(rows).toEqual([]);
    expect(warnings).toEqual([
      "Row 2: API Key value should be at least 20 characters",
      "Row 3: API Key value exceeds maximum size of 128 characters",
      "Row 4: The key has no name.",
      "Row 5: Invalid API Key name, can be at most 1024 characters.",
    ]);
  });

  test.each(["", "Name\nx", "Name,Key,Price\na,b,c"])("with the headings of %j is refused", (text) => {
    try {
      readKeyFile(text);
      expect.unreachable();
    } catch (error) {
      expect(failures.is(error) && error.code).toBe("KEY_FILE_INVALID");
    }
  });
});

describe("comma-separated values", () => {
  test("come back as they were written", () => {
    const cell = fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text));
    const row = fc
      .array(cell, { minLength: 1, maxLength: 4 })
      .filter((cells) => cells.length > 1 || cells[0] !== "");
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(readCsv(writeCsv(rows))).toEqual(rows);
      }),
    );
  });

  test("are read whatever they are, and in one go", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a") }),
        (text) => void readCsv(text),
      ),
    );
    expect(readCsv('"never closed')).toEqual([['"never closed']]);
    expect(readCsv("\uFEFFa,\n\nb")).toEqual([["a", ""], ["b"]]);
  });

  test("are no formulas", () => {
    expect(writeCsv([["=1+1", -1]])).toBe("'=1+1,-1\r\n");
  });
});
