// The bare handler inside middy's engine, without any middleware.
import middy from "@middy/core";
import { handler as bare } from "./bare.ts";

export const handler: unknown = middy().handler(bare as never);
