// Gateway and events are inverse: what a client sends by HTTP is what a handler reads, on both kinds of API.
import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendRaw, type RawAnswer, type RawRequest } from "./raw-request.ts";

let gateway: Gateway;
let folder: string;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-echo-"));
  const file = fileURLToPath(new URL("fixtures/echo/serverless.yml", import.meta.url));
  gateway = await startGateway({ definition: await readServerless(file), folder });
  await gateway.functions.warm();
});
afterAll(async () => {
  agent.destroy();
  await gateway?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

type Pair = readonly [name: string, value: string];

/** A request before it is written down. */
interface Sent {
  readonly method: string;
  readonly route: string;
  readonly path: readonly Pair[];
  readonly query: readonly Pair[];
  readonly headers: readonly Pair[];
  readonly cookies: readonly Pair[];
  readonly body: { readonly type: string | undefined; readonly bytes: Uint8Array };
  /** Whether spaces of the query are written as `+`. */
  readonly plus: boolean;
  /** Whether slashes of a greedy parameter are written as `%2F`. */
  readonly escapedSlash: boolean;
}

const unicode = { unit: "grapheme", maxLength: 12 } as const;
/** Text of any kind, and often of the characters that mean something in an address. */
const text = (minLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ ...unicode, minLength }),
    fc.string({
      unit: fc.constantFrom(...Array.from('%2F/?#;&=+ .:@,{}<>\\"|^`~ä€𝄞\u0000\u007f')),
      minLength,
      maxLength: 8,
    }),
  );
/** What a path segment can be; dots alone would be resolved by every client. */
const segment = text(1).filter((text) => !/^\.{1,2}$/.test(text));
/** A segment below a greedy parameter: its slash would be one more segment. */
const greedySegment = segment.filter((text) => !text.includes("/"));
const token = fc.stringMatching(/^[A-Za-z0-9!#$&'*+.^_`|~-]{1,8}$/);
const path = fc.oneof(
  segment.map((name) => ({ route: "ANY /one/{name}", path: [["name", name]] as Pair[] })),
  fc.tuple(segment, segment).map(([first, second]) => ({
    route: "ANY /two/{first}/and/{second}",
    path: [
      ["first", first],
      ["second", second],
    ] as Pair[],
  })),
  fc.array(greedySegment, { minLength: 1, maxLength: 4 }).map((parts) => ({
    route: "ANY /rest/{rest+}",
    path: [["rest", parts.join("/")]] as Pair[],
  })),
);
const name = fc.oneof(fc.constantFrom("a", "b", "limit", "__proto__", "constructor", "a[]", "ü"), text(1));
const query = fc.array(fc.tuple(name, text(0)), { maxLength: 6 });
const headers = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constantFrom("X-Sent-A", "x-sent-a", "X-SENT-B"),
      token.map((text) => `X-Sent-${text}`),
    ),
    fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
  ),
  { maxLength: 4 },
);
const cookies = fc.array(fc.tuple(fc.oneof(fc.constantFrom("a", "b"), token), text(0)), { maxLength: 4 });
const body = fc.oneof(
  fc.constant({ type: undefined, bytes: new Uint8Array() }),
  fc
    .tuple(fc.constantFrom("text/plain", "text/plain; charset=utf-8", "application/json"), fc.string())
    .map(([type, text]) => ({ type, bytes: new TextEncoder().encode(text.toWellFormed()) })),
  fc
    .tuple(fc.constantFrom("application/octet-stream", "image/png"), fc.uint8Array())
    .map(([type, bytes]) => ({
      type,
      bytes,
    })),
);
const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE");
const sent: fc.Arbitrary<Sent> = fc
  .record({
    method,
    where: path,
    query,
    headers,
    cookies,
    body,
    plus: fc.boolean(),
    escapedSlash: fc.boolean(),
  })
  .map(({ where, ...rest }) => Object.assign(rest, where));

/** The request on the wire. Every reserved character is escaped, as `encodeURIComponent` does. */
function write(
  { method, route, path, query, headers, cookies, body, ...how }: Sent,
  stage: string,
): RawRequest {
  const values = new Map(path);
  const filled = route.slice("ANY ".length).replaceAll(/\{(\w+)\+?\}/g, (_, name: string) => {
    const value = encodeURIComponent(values.get(name) ?? "");
    return name === "rest" && !how.escapedSlash ? value.replaceAll("%2F", "/") : value;
  });
  const encode = (text: string): string =>
    how.plus ? encodeURIComponent(text).replaceAll("%20", "+") : encodeURIComponent(text);
  const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  const cookie = cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("; ");
  return {
    method,
    target: `${stage}${filled}${search === "" ? "" : `?${search}`}`,
    headers: [
      ...headers,
      ...(cookie === "" ? [] : [["Cookie", cookie] as const]),
      ...(body.type === undefined ? [] : [["Content-Type", body.type] as const]),
    ],
    body: body.bytes,
  };
}

/** Values by name, a repeated one as a list; names in the order of their first coming. */
function gathered(pairs: readonly Pair[], toKey = (name: string): string => name): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(toKey(name), [...(values.get(toKey(name)) ?? []), value]);
  return values;
}

const byName = (entries: Iterable<readonly [string, unknown]>): [string, unknown][] =>
  [...entries].map(([name, value]): [string, unknown] => [name, value]).sort(([a], [b]) => (a < b ? -1 : 1));

/** What the handler must read. Repeated headers arrive as one line, joined as the API kind joins them. */
function expected({ method, route, path, query, headers, cookies, body }: Sent, join: string): object {
  const values = gathered(query);
  const firstCookies = new Map(cookies.toReversed());
  return {
    method,
    route,
    path: byName(path),
    query: byName([...values].map(([name, list]) => [name, list.length === 1 ? list[0] : list])),
    headers: byName(
      [...gathered(headers, (name) => name.toLowerCase())].map(([name, list]) => [name, list.join(join)]),
    ),
    cookies: byName(firstCookies),
    type: body.type?.split(";")[0] ?? "",
    base64: Buffer.from(body.bytes).toString("base64"),
  };
}

function read({ status, body }: RawAnswer): object {
  const text = body.toString("utf8");
  if (status !== 200) throw new Error(`${status} ${text}`);
  const told = JSON.parse(text) as Record<"path" | "query" | "headers" | "cookies", [string, unknown][]>; // what echo.ts tells
  return {
    ...told,
    path: byName(told.path),
    query: byName(told.query),
    headers: byName(told.headers),
    cookies: byName(told.cookies),
  };
}

const kinds = [
  { kind: "an HTTP API", url: () => gateway.urls.http ?? "", join: "," },
  { kind: "a REST API", url: () => gateway.urls.rest ?? "", join: ", " },
] as const;

describe.each(kinds)("a request to $kind", ({ url, join }) => {
  const send = (raw: (stage: string) => RawRequest): Promise<RawAnswer> => {
    const { origin, pathname } = new URL(url());
    return sendRaw(origin, raw(pathname === "/" ? "" : pathname), agent);
  };

  it("is read as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(sent, async (request) => {
        const answer = await send((stage) => write(request, stage));
        expect(read(answer)).toEqual(expected(request, join));
      }),
      { numRuns: 200 },
    );
  });

  it("gets back the bytes that it brought", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const answer = await send((stage) => ({
          method: "POST",
          target: `${stage}/one/bytes`,
          headers: [
            ["Content-Type", "application/octet-stream"],
            ["Accept", "application/octet-stream"],
            ["X-Give-Back", "yes"],
          ],
          body: bytes,
        }));
        expect(answer).toEqual({ status: 200, body: Buffer.from(bytes) });
      }),
      { numRuns: 30 },
    );
  });
});

describe("what the two kinds of API read differently", () => {
  it("is the body without a content type, which still arrives as the same bytes where it is text", async () => {
    const bytes = new TextEncoder().encode("grüße");
    for (const { url } of kinds) {
      const { origin, pathname } = new URL(url());
      const target = `${pathname === "/" ? "" : pathname}/one/x`;
      const answer = await sendRaw(origin, { method: "POST", target, headers: [], body: bytes }, agent);
      expect(read(answer)).toMatchObject({ type: "", base64: Buffer.from(bytes).toString("base64") });
    }
  });

  it("is `;` in a query, which separates on a REST API", async () => {
    const answers = await Promise.all(
      kinds.map(({ url }) => {
        const { origin, pathname } = new URL(url());
        const target = `${pathname === "/" ? "" : pathname}/one/x?a=1;b=2`;
        return sendRaw(origin, { method: "GET", target, headers: [], body: new Uint8Array() }, agent);
      }),
    );
    expect(answers.map(read)).toMatchObject([
      { query: [["a", "1;b=2"]] },
      {
        query: [
          ["a", "1"],
          ["b", "2"],
        ],
      },
    ]);
  });
});
