// One answered and one failed invocation, with the metrics of Powertools.
import { default as middy } from "@middy/core";
import { metered } from "@gatewright/observability";
import { context, http, rest } from "./events.ts";

const meters = metered({ namespace: "Chat" });
await middy()
  .use(meters)
  .handler(async () => ({ statusCode: 404 }))(http, context);
const failing = middy()
  .use(meters)
  .handler(async () => {
    throw new Error("no table");
  });
await failing(rest, context).catch(() => {});
