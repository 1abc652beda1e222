// What can go wrong with a socket's table or an answer on it, for the developer.
import { defineFailures, type Failures } from "@gatewright/contract";

const rows = {
  MESSAGE_ROUTE_INVALID: {
    says: (at: { readonly route: string }): string => `"${at.route}" cannot be the route of a message.`,
    fix: "Use a name that does not begin with $; $connect, $disconnect and $default have methods of their own.",
    blame: "user",
  },
  NO_CONNECT_HANDLER: {
    says: (_at: object): string => "A connection was asked for, and the table has no handler for it.",
    fix: "Add .connect(() => accept()) to let in whoever the authorizer let through, or drop the $connect route.",
    blame: "user",
  },
  CONNECT_UNDECIDED: {
    says: (_at: object): string => "The handler of $connect decided nothing, so the connection was refused.",
    fix: "Return accept() or refuse(status).",
    blame: "user",
  },
  ANSWER_TOO_LARGE: {
    says: (at: { readonly bytes: number; readonly limit: number }): string =>
      `The answer has ${at.bytes} bytes; one WebSocket message may have ${at.limit}.`,
    fix: "Answer in pages, or answer with the URL of a download.",
    blame: "user",
  },
} as const;

/** Failures of the WebSocket door. */
export const failures: Failures<typeof rows> = defineFailures("events", rows);
