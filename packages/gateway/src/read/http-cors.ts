// CORS of an HTTP API: `provider.httpApi.cors`, with the framework's defaults.
import type { HttpCors, HttpRoute } from "../model/http-api.ts";
import type { Cursor } from "./cursor.ts";
import { defaultCorsHeaders } from "./rest-cors.ts";

const verbs = ["GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE"];

/** Reads `cors`; methods that it does not name are those of the routes. */
export function readHttpCors(at: Cursor | undefined, routes: readonly HttpRoute[]): HttpCors | undefined {
  if (at === undefined || !at.isGiven) return undefined;
  if (!at.isMap) {
    if (!at.flag()) return undefined;
    return { ...defaults(routes), allowOrigins: ["*"], allowCredentials: false };
  }
  const maxAge = at.optional("maxAge")?.number({ min: 0, max: 86_400 });
  const allowOrigins = at.optional("allowedOrigins")?.texts() ?? ["*"];
  const credentials = at.optional("allowCredentials");
  const allowCredentials = credentials?.flag() ?? false;
  if (allowCredentials && allowOrigins.includes("*")) {
    credentials?.refuse('false, as "*" is an allowed origin', {
      hint: "API Gateway refuses the two together; name the origins.",
    });
  }
  const usual = defaults(routes);
  return {
    allowOrigins,
    allowMethods:
      at
        .optional("allowedMethods")
        ?.texts()
        .map((text) => text.toUpperCase()) ?? usual.allowMethods,
    allowHeaders: at.optional("allowedHeaders")?.texts() ?? usual.allowHeaders,
    exposeHeaders: at.optional("exposedResponseHeaders")?.texts() ?? [],
    allowCredentials,
    ...(maxAge !== undefined && { maxAgeSeconds: maxAge }),
  };
}

function defaults(
  routes: readonly HttpRoute[],
): Pick<HttpCors, "allowMethods" | "allowHeaders" | "exposeHeaders"> {
  const methods = routes.flatMap(({ routeKey }) => {
    const [method = ""] = routeKey.split(" ");
    return method === "ANY" || method === "$default" ? verbs : [method];
  });
  return {
    allowMethods: [...new Set(["OPTIONS", ...methods])],
    allowHeaders: defaultCorsHeaders,
    exposeHeaders: [],
  };
}
