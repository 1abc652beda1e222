// What can go wrong in this room, for the developer: every code with its fix.

export const policyRows = {
  POLICY_UNREADABLE: {
    says: (at: { readonly of: string; readonly why: string }): string =>
      `${at.of} cannot be read: ${at.why}.`,
    fix: 'Write { Version: "2012-10-17", Statement: [{ Effect, Action, Resource }] } with capitalised keys.',
    blame: "user",
  },
} as const;
