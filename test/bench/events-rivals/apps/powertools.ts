// The event handler of Powertools for AWS Lambda.
import { Router } from "@aws-lambda-powertools/event-handler/http";
import { cors } from "@aws-lambda-powertools/event-handler/http/middleware";
import { newMessage, origin, otherPaths, post, type NewMessage } from "../app.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const app = new Router({ logger: quiet });
app.use(cors({ origin, credentials: true }) as never);
app.post(
  "/rooms/:room/messages",
  (async (context: {
    valid: { req: { body: NewMessage } };
    req: Request;
    params: Record<string, string>;
  }) => {
    const notify = new URL(context.req.url).searchParams.get("notify") === "true";
    return {
      statusCode: 201,
      body: JSON.stringify(post(context.params["room"] ?? "", notify, context.valid.req.body)),
      headers: { "content-type": "application/json" },
    };
  }) as never,
  { validation: { req: { body: newMessage } } } as never,
);
app.get("/health", async () => ({ ok: true }));
for (const path of otherPaths) app.get(path.replaceAll(/\{(\w+)\}/g, ":$1") as never, async () => ({ path }));

export const handler = (event: unknown, context: unknown): unknown =>
  app.resolve(event as never, context as never);
