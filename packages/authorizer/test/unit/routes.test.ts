import { readMethodArn } from "@gatewright/contract";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { coverRouteKey, toResources } from "../../src/routes.ts";

const arn = readMethodArn("arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/")!;

test.each([
  [["GET /rooms/*"], "GET /rooms/{room}", true],
  [["* /rooms/*"], "GET /rooms/{room}", true],
  [["ANY /rooms/*"], "ANY /rooms/{proxy+}", true],
  [["GET /rooms/*"], "ANY /rooms/{room}", false],
  [["GET /rooms"], "GET /rooms/{room}", false],
  [["GET /rooms/4.2"], "GET /rooms/4x2", false],
  [["GET /rooms/*/files"], "GET /rooms/{room}/files", true],
  [["* *"], "$default", true],
  [["GET *"], "$default", false],
  [["$connect"], "GET /", false],
  [[], "GET /", false],
])("%j covers %s: %s", (routes, key, covered) => {
  expect(coverRouteKey(routes, key)).toBe(covered);
});

test("a route key is covered only where the policy allows everything that it matches", () => {
  const segment = fc.constantFrom("rooms", "files", "*", "a.b");
  const path = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  const keySegment = fc.constantFrom("rooms", "files", "{id}", "axb");
  const key = fc.array(keySegment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  fc.assert(
    fc.property(path, key, fc.constantFrom("rooms", "1", "files", "x.y"), (route, template, value) => {
      const [resource = ""] = toResources(arn, [`GET ${route}`]);
      const allowed = (call: string) =>
        matches(resource, `${resource.slice(0, resource.indexOf("/dev/"))}/dev/${call}`);
      if (coverRouteKey([`GET ${route}`], `GET ${template}`))
        expect(allowed(`GET${template.replaceAll("{id}", value)}`)).toBe(true);
    }),
  );
});

/** IAM's own wildcards, written another way: `*` is any text. */
function matches(pattern: string, text: string): boolean {
  const [head = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  const tail = rest.pop() ?? "";
  for (const part of rest) {
    const next = text.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}
