// The bare handler inside middy's engine, without any middleware.
// oxlint-disable-next-line import/no-named-as-default -- its types have the default export alone
import middy from "@middy/core";
import { handler as bare } from "./bare.ts";

export const handler: unknown = middy().handler(bare as never);
