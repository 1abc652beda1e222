// What can go wrong with a streamed answer, for the developer.
import { defineFailures, type Failures } from "@gatewright/contract";

const rows = {
  STREAM_UNSUPPORTED: {
    says: (at: { readonly kind: string }): string =>
      `A streaming handler was given an event of the kind "${at.kind}", which takes no stream.`,
    fix: "Use api.handler() without `mode` for HTTP APIs and load balancers; only REST APIs (STREAM) and function URLs (RESPONSE_STREAM) stream.",
    blame: "user",
  },
  STREAMING_UNAVAILABLE: {
    says: (_at: object): string => "This runtime has no awslambda.streamifyResponse.",
    fix: "Run the streaming handler on Lambda's Node.js runtime; elsewhere use api.handler(), which sends streams whole.",
    blame: "user",
  },
  PRELUDE_TOO_LARGE: {
    says: (at: { readonly bytes: number; readonly limit: number }): string =>
      `Status, headers and cookies of a streamed answer have ${at.bytes} bytes; they must end within ${at.limit}.`,
    fix: "Send fewer or shorter headers and cookies.",
    blame: "user",
  },
} as const;

/** Failures of the streaming door. */
export const failures: Failures<typeof rows> = defineFailures("events", rows);
