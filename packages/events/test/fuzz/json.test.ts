// JSON from outside: the same value as the engine's, or an error that points into the text.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { HttpError } from "../../src/http.ts";
import { findJsonBreak } from "../../src/json-break.ts";
import { parseJson } from "../../src/json.ts";

const harmless = fc
  .json({ maxDepth: 4 })
  .filter((text) => !text.includes("__proto__") && !text.includes("constructor"));

it("gives the value of a JSON text, at once or through the parser", async () => {
  await fc.assert(
    fc.asyncProperty(harmless, fc.constantFrom("", "\ufeff"), async (text, mark) => {
      expect(await parseJson(mark + text)).toEqual(JSON.parse(text));
      expect(await parseJson(`["\\u0041 constructor",${text}]`)).toEqual(["A constructor", JSON.parse(text)]);
    }),
  );
});

it("finds the break exactly where the text stops being JSON", () => {
  const spoiled = fc
    .tuple(harmless, fc.nat(), fc.constantFrom("", "}", "]", ",", ":", "x", '"', "1", "\u0001", "\\"))
    .map(([text, at, what]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + what + text.slice(place + 1);
    });
  fc.assert(
    fc.property(spoiled, (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const at = findJsonBreak(text);
      if (isJson) expect(at).toBe(text.length);
      else {
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(text.length);
        expect(() => parseJson(text)).toThrow(HttpError);
      }
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ["", 0],
  ["nope", 0],
  ['{"a":1,}', 7],
  ['{"a":1', 6],
  ['{"a" 1}', 5],
  ["[1,2}", 4],
  ["[1,]", 3],
  ["1 2", 2],
  ['["abc', 1],
  ['["\\x"]', 1],
  ['{"a":tru}', 5],
  ["[01]", 2],
  ["]", 0],
  ["{1:2}", 1],
  ["[1", 2],
])("%s breaks at %i", (text, at) => {
  expect(findJsonBreak(text)).toBe(at);
});

it("quotes nothing of a body that it refuses", async () => {
  for (const text of ['{"password":"secret', '{"__proto__":"secret"}', '{"__proto__":"secret']) {
    const refused: unknown = await (async () => parseJson(text))().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(HttpError);
    expect((refused as HttpError).message).not.toContain("secret");
    expect((refused as HttpError).cause).toBeUndefined();
  }
});
