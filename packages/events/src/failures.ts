// What can go wrong in either door, for the developer: codes shared by HTTP and WebSocket.
import { defineFailures, type Failures } from "@gatewright/contract";

/** Rows of failures that HTTP and WebSocket tables have in common. */
export const commonRows = {
  EVENT_UNKNOWN: {
    says: (at: { readonly expected: string }): string => `The function was not given ${at.expected}.`,
    fix: "Connect this handler to the matching API kind, or invoke it with an event of that kind.",
    blame: "user",
  },
  ROUTE_TAKEN: {
    says: (at: { readonly route: string }): string => `The route "${at.route}" is defined twice.`,
    fix: "Keep one of the two; a path template counts once, whatever its parameters are called.",
    blame: "user",
  },
  SCHEMA_INVALID: {
    says: (at: { readonly route: string; readonly part: string }): string =>
      `"${at.part}" of the route "${at.route}" is not a Standard Schema.`,
    fix: 'Pass a schema of zod, valibot, arktype or another library that has the "~standard" property.',
    blame: "user",
  },
  AUTH_UNREADABLE: {
    says: (at: { readonly key: string }): string =>
      `The authorizer's context has a "${at.key}" that does not hold a JSON object.`,
    fix: "Write it with JSON.stringify of an object, as the authorizer kit does, or leave the key out.",
    blame: "user",
  },
} as const;

/** Failures that both doors share. */
export const failures: Failures<typeof commonRows> = defineFailures("events", commonRows);
