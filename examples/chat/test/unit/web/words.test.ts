// How the page says things.
import { expect, it } from "vitest";
import { toDay, toHue, toInitials, toNames, toPersonName, toSize } from "../../../web/words.ts";

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1_000, "1.0 KB"],
  [240_000, "240 KB"],
  [999_499, "999 KB"],
  [999_500, "1.0 MB"],
  [12_600_000, "13 MB"],
  [1_500_000_000, "1.5 GB"],
])("%d bytes are %s", (bytes, size) => {
  expect(toSize(bytes)).toBe(size);
});

it.each([
  ["ada", "Ada", "A"],
  ["ada.lovelace", "Ada Lovelace", "AL"],
  ["Grace Hopper", "Grace Hopper", "GH"],
  ["élise", "Élise", "É"],
  ["ada@example.com", "ada@example.com", "AC"],
  ["user42", "user42", "U"],
  ["李", "李", "李"],
  ["", "", "?"],
])("%j is %j, %s for short", (name, person, initials) => {
  expect(toPersonName(name)).toBe(person);
  expect(toInitials(name)).toBe(initials);
});

it("says which day it was", () => {
  const now = new Date(2026, 4, 6, 15).getTime();
  expect(toDay(new Date(2026, 4, 6, 0, 1).getTime(), now)).toBe("Today");
  expect(toDay(new Date(2026, 4, 5, 23, 59).getTime(), now)).toBe("Yesterday");
  expect(toDay(new Date(2026, 4, 4).getTime(), now)).toBe("Monday, May 4");
  expect(toDay(new Date(2020, 4, 4).getTime(), now)).toBe("May 4, 2020");
});

it("names the first two, and counts the others", () => {
  expect(toNames(["Ada"])).toBe("Ada");
  expect(toNames(["Ada", "Grace"])).toBe("Ada and Grace");
  expect(toNames(["Ada", "Grace", "Alan"])).toBe("Ada, Grace and Alan");
  expect(toNames(["Ada", "Grace", "Alan", "Edsger"])).toBe("Ada, Grace and 2 others");
});

it("gives everybody a colour, and always the same", () => {
  const hues = ["a", "b", "c", "d"].map(toHue);
  expect(new Set(hues).size).toBe(4);
  expect(hues).toEqual(["a", "b", "c", "d"].map(toHue));
  expect(hues.every((hue) => hue >= 0 && hue <= 360)).toBe(true);
});
