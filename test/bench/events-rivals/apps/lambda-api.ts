// lambda-api.
import * as namespace from "lambda-api";
import type { API, Options, Request, Response } from "lambda-api";
import { mistakes, origin, otherPaths, post, type NewMessage } from "../app.ts";

// Its types say that it has a default export; it is CommonJS without one.
const createApi = (namespace as { default?: unknown }).default as (options?: Options) => API;
const api = createApi({ logger: false });
api.use((_request: Request, response: Response, next: () => void) => {
  response.cors({ origin, credentials: true });
  next();
});
api.post("/rooms/:room/messages", (request: Request, response: Response) => {
  if (typeof request.body === "string") return response.status(400).json({ title: "Bad Request" });
  const errors = mistakes(request.body);
  if (errors.length > 0) return response.status(400).json({ errors });
  const room = request.params["room"] ?? "";
  return response
    .status(201)
    .json(post(room, request.query["notify"] === "true", request.body as NewMessage));
});
api.get("/health", () => ({ ok: true }));
for (const path of otherPaths) api.get(path.replaceAll(/\{(\w+)\}/g, ":$1"), () => ({ path }));

export const handler = (event: unknown, context: unknown): unknown =>
  api.run(event as never, context as never);
