// The front door of the local gateway.
export type { Service, Notice } from "./model/service.ts";
export type { Clock, Functions, Invocation, Log } from "./ports.ts";
export { failures } from "./failures.ts";
