// Documents of strangers: read, or refused in S3's words.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insideOf, listOf, readXml, textOf } from "../../../../src/backends/s3/read-xml.ts";
import { S3Error } from "../../../../src/backends/s3/s3-error.ts";

describe("a document", () => {
  test("is read with its namespace, its lists and its escapes", () => {
    const root = readXml(
      '<?xml version="1.0"?><R xmlns="urn:x"><Tag><Key>a&amp;b</Key></Tag><One/></R>',
      "R",
    );
    expect(listOf(root, "Tag").map((tag) => textOf(tag, "Key"))).toEqual(["a&b"]);
    expect([insideOf(root, "One"), insideOf(root, "Two"), textOf(root, "One")]).toEqual([{}, undefined, ""]);
  });

  test.each(["", "<R>", "<Other/>", "text", '<!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>'])(
    "MalformedXML: %s",
    (text) => {
      expect(() => readXml(text, "R")).toThrow(S3Error);
    },
  );

  test("of any kind gives a value or a refusal", () => {
    const pieces = fc.constantFrom(
      "<R>",
      "</R>",
      "<Tag>",
      "</Tag>",
      "<__proto__>",
      "&amp;",
      "&#0;",
      "<![CDATA[",
      "]]>",
      "<!--",
      "x",
      '<a b="c"/>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        try {
          expect(typeof readXml(`<R>${parts.join("")}</R>`, "R")).toBe("object");
        } catch (error) {
          expect(error).toBeInstanceOf(S3Error);
        }
      }),
    );
  });
});
