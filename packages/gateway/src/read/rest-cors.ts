// Preflight answers of a REST API: `cors` of `http` events, added up per path as the framework does.
import type { RestMethod } from "../model/rest-api.ts";
import type { Cursor } from "./cursor.ts";
import { toMethod, type Method } from "./paths.ts";

/** What browsers send with signed and with keyed requests. */
export const defaultCorsHeaders: readonly string[] = [
  "Content-Type",
  "X-Amz-Date",
  "Authorization",
  "X-Api-Key",
  "X-Amz-Security-Token",
  "X-Amz-User-Agent",
  "X-Amzn-Trace-Id",
];

/** The preflight answers of one API. */
export interface Preflights {
  read(cors: Cursor, path: string, method: Method): void;
  /** OPTIONS methods for every path that has `cors` and no OPTIONS of its own. */
  methods(others: readonly RestMethod[], resourceId: (path: string) => string): RestMethod[];
}

interface Preflight {
  /** Of the event read last; several may stand with commas between. */
  readonly origin: string;
  /** Lists add up over the events of a path, and come before `origin`. */
  readonly origins: readonly string[];
  readonly headers: readonly string[];
  readonly methods: readonly string[];
  readonly credentials: boolean;
  readonly maxAge?: number | undefined;
  readonly cacheControl?: string | undefined;
}

/** Begins the preflight answers of one API. */
export function createPreflights(): Preflights {
  const byPath = new Map<string, Preflight>();
  return {
    read(cors, path, method) {
      const own = readCors(cors, method);
      if (own === undefined) return;
      const before = byPath.get(path);
      byPath.set(path, before === undefined ? own : merge(before, own));
    },
    methods(others, resourceId) {
      const taken = new Set(others.filter(({ method }) => method === "OPTIONS").map(({ path }) => path));
      return [...byPath]
        .filter(([path]) => !taken.has(path))
        .map(([path, preflight]) => ({
          method: "OPTIONS",
          path,
          resourceId: resourceId(path),
          apiKeyRequired: false,
          integration: {
            type: "MOCK_CORS",
            ...toAnswer(preflight),
          },
        }));
    },
  };
}

function readCors(at: Cursor, method: Method): Preflight | undefined {
  if (!at.isGiven) return undefined;
  if (!at.isMap) {
    const always = { origin: "*", origins: [], headers: defaultCorsHeaders, credentials: false };
    return at.flag() ? { ...always, methods: ["OPTIONS", method] } : undefined;
  }
  const methods =
    at
      .optional("methods")
      ?.items()
      .map((item) => toMethod(item.text(), item)) ?? [];
  return {
    origin: at.optional("origin")?.text() ?? "*",
    origins: at.optional("origins")?.texts() ?? [],
    headers: at.optional("headers")?.texts() ?? defaultCorsHeaders,
    methods: union(methods, ["OPTIONS", method]),
    credentials: at.optional("allowCredentials")?.flag() ?? false,
    maxAge: at.optional("maxAge")?.number({ min: 1, max: Infinity }),
    cacheControl: at.optional("cacheControl")?.text(),
  };
}

function merge(before: Preflight, own: Preflight): Preflight {
  return {
    origin: own.origin,
    origins: union(own.origins, before.origins),
    headers: union(own.headers, before.headers),
    methods: union(own.methods, before.methods),
    credentials: own.credentials || before.credentials,
    maxAge: own.maxAge ?? before.maxAge,
    cacheControl: own.cacheControl ?? before.cacheControl,
  };
}

function union<Item>(first: readonly Item[], second: readonly Item[]): Item[] {
  return [...new Set([...first, ...second])];
}

function toAnswer(preflight: Preflight): {
  readonly headers: Readonly<Record<string, string>>;
  readonly origins?: readonly string[];
} {
  const { origin, origins: listed } = preflight;
  const origins = listed.length > 0 ? listed : origin.split(",").map((text) => text.trim());
  const headers = toHeaders(preflight, origins[0] ?? "*");
  return origins.length > 1 ? { headers, origins } : { headers };
}

function toHeaders(preflight: Preflight, origin: string): Readonly<Record<string, string>> {
  const verbs = preflight.methods.flatMap((method) =>
    method === "ANY" ? ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"] : [method],
  );
  return {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Headers": preflight.headers.join(","),
    "Access-Control-Allow-Methods": union(verbs, []).join(","),
    ...(preflight.credentials && { "Access-Control-Allow-Credentials": "true" }),
    ...(preflight.maxAge !== undefined && { "Access-Control-Max-Age": String(preflight.maxAge) }),
    ...(preflight.cacheControl !== undefined && { "Cache-Control": preflight.cacheControl }),
  };
}
