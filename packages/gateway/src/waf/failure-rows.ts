// What can go wrong in this room, for the developer: every code with its fix.

export const wafRows = {
  WEB_ACL_INVALID: {
    says: (at: { readonly acl: string; readonly rule: string; readonly why: string }): string =>
      `The rule ${at.rule} of the web ACL ${at.acl} cannot be used: ${at.why}.`,
    fix: "Correct the rule, or take it out for local use.",
    blame: "user",
  },
} as const;
