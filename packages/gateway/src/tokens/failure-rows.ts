// What can go wrong in this room, for the developer: every code with its fix.

export const tokensRows = {
  ISSUER_INVALID: {
    says: (at: { readonly authorizer: string; readonly issuer: string }): string =>
      `The issuer "${at.issuer}" of the authorizer ${at.authorizer} is no address that can be trusted.`,
    fix: "Give an https address, or an http one of this machine, without a query.",
    blame: "user",
  },
} as const;
