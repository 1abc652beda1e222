// What can go wrong in this room, for the developer: every code with its fix.

export const wafRows = {
  WEB_ACL_INVALID: {
    says: (at: { readonly acl: string; readonly rule: string; readonly why: string }): string =>
      `The rule ${at.rule} of the web ACL ${at.acl} cannot be used: ${at.why}.`,
    fix: "Correct the rule, or take it out for local use.",
    blame: "user",
  },
  WEB_ACL_TAKEN: {
    says: (at: { readonly stage: string; readonly first: string; readonly second: string }): string =>
      `The web ACLs ${at.first} and ${at.second} both stand before the stage ${at.stage}.`,
    fix: "Write the rules of both into one web ACL: a stage has one at most.",
    blame: "user",
  },
} as const;
