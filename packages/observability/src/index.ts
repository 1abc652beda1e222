// The front door of observability: three middlewares, each loading its part of Powertools when it is used.
export { failures } from "./failures.ts";
export { logged } from "./logged.ts";
export type { InvocationLogger, LoggedOptions } from "./logged.ts";
export { metered } from "./metered.ts";
export type { InvocationMetrics, MeteredOptions } from "./metered.ts";
export { redact } from "./redact.ts";
export { traced } from "./traced.ts";
export type { TracedOptions } from "./traced.ts";
