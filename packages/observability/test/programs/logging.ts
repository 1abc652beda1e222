// Handlers with the logger of Powertools, called once per event kind.
import { Logger } from "@aws-lambda-powertools/logger";
import { default as middy } from "@middy/core";
import { logged, redact } from "@gatewright/observability";
import { context, http, jwt, rest, secret, token, websocket } from "./events.ts";

const logger = new Logger({ jsonReplacerFn: redact });
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

// What careless code does: the whole event, and a token in an error's words, cause and fields.
const careless = middy()
  .use(logged({ logger }))
  .handler(async (event) => {
    logger.info("careless", { event });
    throw Object.assign(new Error(`cannot read ${jwt}`, { cause: new Error(`Bearer ${jwt}`) }), {
      token: jwt,
    });
  });
await careless({ ...token, headers: rest.headers, cookies: [`session=${secret}`] }, context).catch(() => {});
await middy()
  .use(logged({ service: "made" }))
  .handler(async () => {
    throw new Error(`cannot read ${jwt}`);
  })(rest, context)
  .catch(() => {});

await middy()
  .use(logged({ service: "made" }))
  .handler(async () => ({ isAuthorized: false }))(
  { type: "REQUEST", version: "2.0", routeArn: token.methodArn, requestContext: { requestId: "auth-1" } },
  context,
);
