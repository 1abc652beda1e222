// middy-core: the handler written by hand, on @middy/core without any middleware.
import middy from "@middy/core";
import type { Event, Handler, Result } from "../application.ts";
import { answerByHand } from "../by-hand.ts";

const wrapped = middy<Event, Result>().handler(async (event) => answerByHand(event));

export const handler: Handler = async (event, context) => wrapped(event, context);
