// A message's text, taken apart.
import { describe, expect, it } from "vitest";
import { isEmojiOnly, toParts } from "../../../web/text-parts.ts";

const links = (text: string): string[] =>
  toParts(text)
    .filter(({ is }) => is === "link")
    .map((part) => part.text);

describe("links", () => {
  it.each([
    ["see https://example.com/a?b=c#d.", "https://example.com/a?b=c#d"],
    ["(https://example.com/a)", "https://example.com/a"],
    ["https://example.com/wiki/A_(letter)", "https://example.com/wiki/A_(letter)"],
    ["Is it http://example.com/x?!", "http://example.com/x"],
    ["<https://example.com/>", "https://example.com/"],
    ["**https://example.com/bold**", "https://example.com/bold"],
  ])("in %j", (text, link) => {
    expect(links(text)).toEqual([link]);
  });

  it.each(["javascript:alert(1)", "data:text/html,x", "ftp://example.com", "https://", "www.example.com"])(
    "is none in %j",
    (text) => {
      expect(toParts(text)).toEqual([{ is: "text", text }]);
    },
  );

  it("loses nothing of the text around it", () => {
    const text = "one https://a.example, two (https://b.example/c). three";
    expect(
      toParts(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });
});

describe("code", () => {
  it("is what stands between backticks, and has no links", () => {
    expect(toParts("say `curl https://a.example` now")).toEqual([
      { is: "text", text: "say " },
      { is: "code", text: "curl https://a.example" },
      { is: "text", text: " now" },
    ]);
  });

  it("is a block between three of them, without its language and the breaks around it", () => {
    expect(toParts("so:\n```ts\nconst a = 1;\n  b();\n```\nright?")).toEqual([
      { is: "text", text: "so:" },
      { is: "block", text: "const a = 1;\n  b();" },
      { is: "text", text: "right?" },
    ]);
  });

  it("is none where nothing closes it", () => {
    expect(toParts("a ` b ``` c")).toEqual([{ is: "text", text: "a ` b ``` c" }]);
  });
});

it("takes the longest text in its stride", () => {
  const text = "`".repeat(2_000) + "(https://a.example/".repeat(100);
  expect(toParts(text).length).toBeGreaterThan(0);
});

it.each([
  ["🎉", true],
  ["👩🏽‍💻 🇨🇭", true],
  ["❤️❤️❤️", true],
  ["🎉🎉🎉🎉", false],
  ["🎉 yes", false],
  ["12", false],
  ["", false],
])("%j is nothing but emoji: %s", (text, is) => {
  expect(isEmojiOnly(text)).toBe(is);
});
