// Our own table.
import { httpApi, reply } from "@gatewright/events/http";
import { newMessage, origin, otherPaths, post } from "../app.ts";

const api = httpApi({ cors: { origins: [origin], credentials: true } })
  .route("POST /rooms/{room}/messages", { body: newMessage }, (request) =>
    reply(201, post(request.path.room, request.query["notify"] === "true", request.body)),
  )
  .route("GET /health", async () => ({ ok: true }));
for (const path of otherPaths) api.route(`GET /${path.slice(1)}`, async () => ({ path }));

export const handler = api.handler();
