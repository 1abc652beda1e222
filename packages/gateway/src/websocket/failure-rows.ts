// What can go wrong in this room, for the developer: every code with its fix.

export const websocketRows = {
  ROUTE_SELECTION_INVALID: {
    says: (at: { readonly expression: string; readonly why: string }): string =>
      `The route selection expression ${at.expression} cannot be used: ${at.why}.`,
    fix: "Write a path into the message such as $request.body.action, or ${request.body.a}/${request.body.b}.",
    blame: "user",
  },
  SELECTION_EXPRESSION_INVALID: {
    says: (at: { readonly of: string; readonly expression: string; readonly why: string }): string =>
      `The selection expression ${at.expression} of ${at.of} cannot be used: ${at.why}.`,
    fix: "Write \\$default, a text, $request.body.x, or for answers $integration.response.statuscode and ….body.x.",
    blame: "user",
  },
  WEBSOCKET_AUTHORIZER_INVALID: {
    says: (at: { readonly routeKey: string; readonly why: string }): string =>
      `The authorizer of the WebSocket route ${at.routeKey} cannot be used: ${at.why}.`,
    fix: "Give $connect, and only $connect, a REQUEST authorizer that the definition declares.",
    blame: "user",
  },
} as const;
