// middy-core: the handler written by hand, on @middy/core without any middleware.
// oxlint-disable-next-line import/no-named-as-default -- its types have the default export alone
import middy from "@middy/core";
import type { Event, Handler, Result } from "../application.ts";
import { answerByHand } from "../by-hand.ts";

const wrapped = middy<Event, Result>().handler(async (event) => answerByHand(event));

export const handler: Handler = async (event, context) => wrapped(event, context);
