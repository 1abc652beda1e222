// noop: answers nothing; what the loop itself costs.
import type { Handler } from "../application.ts";

export const handler: Handler = async () => ({ statusCode: 200 });
