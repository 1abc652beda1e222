// Any request → an event of any kind → the request that a handler reads: equal.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { httpApi } from "../../src/http.ts";
import { lambdaContext } from "../events/context.ts";
import { encoders, type Sent } from "./encode.ts";

const text = fc.string({ unit: "grapheme", maxLength: 12 });
/** HTTP APIs decode paths before they split them, so a slash inside a parameter cannot be told from one between two. */
const room = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((name) => !name.includes("/"));
const name = fc.oneof(
  fc.constant("a"), // often, so that names are repeated
  fc.constantFrom("a", "B", "page[size]", "__proto__", "constructor", "ü"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
);
const headers = fc.dictionary(
  fc.constantFrom("content-type", "x-a", "x-forwarded-for", "accept", "constructor", "etag"),
  fc.string({ minLength: 1, maxLength: 20 }),
  { noNullPrototype: true },
);
const cookies = fc.dictionary(fc.constantFrom("session", "theme", "__Host-a", "toString"), text, {
  noNullPrototype: true,
});

const sent: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
  room,
  query: fc.array(fc.tuple(name, text), { maxLength: 5 }),
  headers,
  cookies,
  bytes: fc.uint8Array({ maxLength: 40 }),
});

/** Repeated names as lists, as handlers see them. */
function merged(pairs: Sent["query"]): Record<string, unknown> {
  const map = new Map<string, string | string[]>();
  for (const [key, value] of pairs) {
    const known = map.get(key);
    map.set(
      key,
      known === undefined ? value : typeof known === "string" ? [known, value] : [...known, value],
    );
  }
  return Object.fromEntries(map);
}

describe.each(Object.entries(encoders))("%s", (kind, encode) => {
  it("tells every request as it was sent", async () => {
    let read: unknown;
    const handler = httpApi()
      .route("ANY /rooms/{room}/messages", (request) => {
        const own = Object.keys(read as Sent["headers"]);
        read = {
          method: request.method,
          room: request.path.room,
          query: Object.fromEntries(Object.entries(request.query)),
          headers: Object.fromEntries(own.map((key) => [key, request.headers.get(key.toUpperCase())])),
          cookies: Object.fromEntries(Object.entries(request.cookies)),
          bytes: [...request.body.bytes()],
        };
      })
      .handler();
    await fc.assert(
      fc.asyncProperty(sent, async (given) => {
        const once = kind.includes("single values");
        const query = once ? [...new Map(given.query)] : given.query;
        const request = { ...given, query };
        read = request.headers;
        expect(await handler(encode(request), lambdaContext())).toMatchObject({ statusCode: 204 });
        expect(read).toEqual({
          ...request,
          query: merged(query),
          bytes: [...request.bytes],
        });
      }),
      { numRuns: 300 },
    );
  });
});
