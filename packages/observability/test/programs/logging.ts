// Handlers with the logger of Powertools, called once per event kind.
import { Logger } from "@aws-lambda-powertools/logger";
import { default as middy } from "@middy/core";
import { logged } from "@gatewright/observability";
import { context, http, rest, token, websocket } from "./events.ts";

const logger = new Logger();
const handler = middy()
  .use(logged({ logger }))
  .before((request) => {
    if (request.event === http) request.event = { replaced: true }; // as event readers do
  })
  .handler(async () => {
    logger.info("inside");
    return { statusCode: 201 };
  });
await handler(rest, context);
await handler(http, context);
await handler(websocket, context);
logger.info("between");

const failing = middy()
  .use(logged({ logger }))
  .handler(async (event) => {
    throw event === token ? new Error("Unauthorized") : new RangeError("no table");
  });
await failing(token, context).catch(() => {});
await failing(rest, context).catch(() => {});

await middy()
  .use(logged({ service: "made" }))
  .handler(async () => ({ isAuthorized: false }))(
  { type: "REQUEST", version: "2.0", routeArn: token.methodArn, requestContext: { requestId: "auth-1" } },
  context,
);
