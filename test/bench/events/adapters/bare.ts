// bare: a handler written by hand for the two routes that are called.
import type { Handler } from "../application.ts";
import { answerByHand } from "../by-hand.ts";

export const handler: Handler = async (event) => answerByHand(event);
