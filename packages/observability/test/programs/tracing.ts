// One traced and one failed invocation; says whether the tracer was loaded.
import { createRequire } from "node:module";
import { default as middy } from "@middy/core";
import { traced } from "@gatewright/observability";
import { context, http, jwt } from "./events.ts";

const tracing = traced();
const answer = await middy()
  .use(tracing)
  .handler(async () => ({ statusCode: 200 }))(http, context);
const failing = middy()
  .use(tracing)
  .handler(async () => {
    throw new Error(`no table for ${jwt}`);
  });
const error = await failing(http, context).catch((error: unknown) => String(error).replace(jwt, "it"));
const loaded = Object.keys(createRequire(import.meta.url).cache).some((file) =>
  file.includes("aws-xray-sdk"),
);
console.log(JSON.stringify({ answer, error, loaded }));
await new Promise((resolve) => setTimeout(resolve, 200)); // the SDK sends by UDP
