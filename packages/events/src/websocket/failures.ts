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
  SELECTION_INVALID: {
    says: (at: { readonly expression: string }): string =>
      `The route selection expression "${at.expression}" cannot be read.`,
    fix: "Write it as in serverless.yml: $request.body.action, or ${request.body.area}/${request.body.verb}.",
    blame: "user",
  },
  SEND_BEFORE_OPEN: {
    says: (_at: object): string =>
      "Something was to be sent to a connection inside its own $connect, where it is not open: API Gateway answers 410.",
    fix: "Let the client say hello first and greet it in that message's handler, or send from outside $connect.",
    blame: "user",
  },
  SEND_AFTER_END: {
    says: (_at: object): string => "Something was to be sent to a connection inside its $disconnect.",
    fix: "Tell the others instead; this connection has ended.",
    blame: "user",
  },
  NO_POSTER: {
    says: (_at: object): string => "Something was to be sent to a connection, and the table has no poster.",
    fix: "Give it one: websocketApi({ poster: managementPoster() }) with @gatewright/connections.",
    blame: "user",
  },
  SEND_FAILED: {
    says: (at: { readonly kind: string }): string =>
      `A message could not be posted to its connection: ${at.kind}.`,
    fix: "Throttling passes with a retry; a refusal needs execute-api:ManageConnections in the function's role.",
    blame: "user",
  },
} as const;

/** Failures of the WebSocket door. */
export const failures: Failures<typeof rows> = defineFailures("events", rows);
