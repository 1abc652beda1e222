// What can go wrong while a function is invoked by hand, for the developer: every code with its fix.

export const serverlessRows = {
  GATEWAY_NOT_RUNNING: {
    says: (at: { readonly folder: string }): string => `No gateway is running on the data in ${at.folder}.`,
    fix: 'Start one in another terminal, for example with "npm start", and leave it running.',
    blame: "user",
  },
  FUNCTION_NOT_RUNNING: {
    says: (at: { readonly functionKey: string }): string =>
      `The running gateway does not know the function ${at.functionKey}.`,
    fix: "Start the gateway again, so that it reads serverless.yml as it is now.",
    blame: "user",
  },
  PLACEHOLDER_UNKNOWN: {
    says: (at: { readonly placeholder: string }): string =>
      `The event has ${at.placeholder}, which means nothing.`,
    fix: "Use ${gatewright:token:NAME}, ${gatewright:id-token:NAME}, ${gatewright:now} or ${gatewright:request-time}.",
    blame: "user",
  },
  USER_UNKNOWN: {
    says: (at: { readonly name: string; readonly names: readonly string[] }): string =>
      `The event has a token of "${at.name}", who cannot sign in; ${at.names.join(", ") || "nobody"} can.`,
    fix: "Name one of them, or add the user under custom.gatewright.users and start the gateway again.",
    blame: "user",
  },
  SIGN_IN_REFUSED: {
    says: (at: { readonly name: string; readonly why: string }): string =>
      `The token issuer did not let "${at.name}" in: ${at.why}`,
    fix: "Start the gateway again, so that it reads users and passwords as they are now.",
    blame: "user",
  },
} as const;
