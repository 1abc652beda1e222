// Hono with its Lambda adapter, its validator and its CORS.
import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { cors } from "hono/cors";
import { validator } from "hono/validator";
import { mistakes, origin, otherPaths, post } from "../app.ts";

const app = new Hono();
app.use(cors({ origin, credentials: true }));
app.post(
  "/rooms/:room/messages",
  validator("json", (value, context) => {
    const errors = mistakes(value);
    return errors.length > 0 ? context.json({ errors }, 400) : value;
  }),
  (context) =>
    context.json(
      post(context.req.param("room"), context.req.query("notify") === "true", context.req.valid("json")),
      201,
    ),
);
app.get("/health", (context) => context.json({ ok: true }));
for (const path of otherPaths)
  app.get(path.replaceAll(/\{(\w+)\}/g, ":$1"), (context) => context.json({ path }));

export const handler: unknown = handle(app);
