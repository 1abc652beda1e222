// Which other origins may read an answer, and what a preflight is told.
import { failures } from "./failures.ts";

/** Who may call from a browser page of another origin. */
export interface CorsOptions {
  /**
   * `"*"` for any origin; a list of origins, where `*` stands for one or more characters other than a slash
   * (`https://*.chat.example`), and patterns; or a function of the origin.
   */
  readonly origins: "*" | readonly (string | RegExp)[] | ((origin: string) => boolean);
  /** Whether cookies and `Authorization` of the page may travel. Not with `"*"`. @default false */
  readonly credentials?: boolean;
  /** Request headers a page may send. @default those that the preflight asks for */
  readonly headers?: readonly string[];
  /** Response headers a page may read besides the safe ones. */
  readonly expose?: readonly string[];
  /** Seconds for which a preflight's answer may be kept. @default 600 */
  readonly maxAge?: number;
}

/** What CORS adds to answers. */
export interface Cors {
  /** Headers of any answer to a request from this origin. */
  headers(origin: string | undefined): Readonly<Record<string, string>>;
  /** Headers of the answer to a preflight. */
  preflight(asked: Preflight): Readonly<Record<string, string>>;
}

/** How many origins are remembered: a pattern may grant to any number of them. */
const maxKnown = 100;

/** What a preflight asks. */
export interface Preflight {
  readonly origin: string;
  /** What the route's path answers. */
  readonly methods: readonly string[];
  readonly headers: string | undefined;
}

/**
 * Compiles CORS options.
 *
 * @throws `CORS_ANY_ORIGIN_WITH_CREDENTIALS`
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function compileCors(options: CorsOptions): Cors {
  const any = options.origins === "*";
  if (any && options.credentials === true) throw failures.create("CORS_ANY_ORIGIN_WITH_CREDENTIALS", {});
  const allows = compileOrigins(options.origins);
  const expose = options.expose?.join(", ");
  const vary: Readonly<Record<string, string>> = any ? {} : { vary: "origin" };

  /** Answers' headers by origin; a function of the origin may change its mind. */
  const known =
    typeof options.origins === "function" ? undefined : new Map<string, Readonly<Record<string, string>>>();

  function granted(origin: string): Record<string, string> | undefined {
    if (!allows(origin)) return undefined;
    const headers: Record<string, string> = { ...vary, "access-control-allow-origin": any ? "*" : origin };
    if (options.credentials === true) headers["access-control-allow-credentials"] = "true";
    return headers;
  }

  return {
    headers(origin) {
      if (origin === undefined) return vary;
      const before = known?.get(origin);
      if (before !== undefined) return before;
      const headers = granted(origin);
      if (headers === undefined) return vary;
      if (expose !== undefined) headers["access-control-expose-headers"] = expose;
      if (known !== undefined && known.size < maxKnown) known.set(origin, headers);
      return headers;
    },
    preflight(asked) {
      const varies = { vary: "origin, access-control-request-headers" };
      const headers = granted(asked.origin);
      if (headers === undefined) return varies;
      const allowed = options.headers?.join(", ") ?? asked.headers;
      if (allowed !== undefined) headers["access-control-allow-headers"] = allowed;
      headers["access-control-allow-methods"] = asked.methods.join(", ");
      headers["access-control-max-age"] = String(options.maxAge ?? 600);
      return { ...headers, ...varies };
    },
  };
}

function compileOrigins(origins: CorsOptions["origins"]): (origin: string) => boolean {
  if (origins === "*") return () => true;
  if (typeof origins === "function") return origins;
  const exact = new Set(origins.filter((origin) => typeof origin === "string" && !origin.includes("*")));
  const patterns = origins.flatMap((origin) => {
    if (typeof origin === "string") return origin.includes("*") ? [toPattern(origin)] : [];
    return [new RegExp(origin.source, origin.flags.replaceAll(/[gy]/g, ""))];
  });
  return (origin) => exact.has(origin) || patterns.some((pattern) => pattern.test(origin));
}

function toPattern(origin: string): RegExp {
  return new RegExp(`^${origin.split("*").map(escape).join("[^/]+")}$`);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
