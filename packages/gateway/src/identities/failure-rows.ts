// What can go wrong in this room, for the developer: every code with its fix.

export const identitiesRows = {
  IDENTITY_INVALID: {
    says: (at: { readonly name: string; readonly why: string }): string =>
      `The local identity ${at.name} cannot be used: ${at.why}.`,
    fix: "Give it a name, the ARN of an IAM user or role, policies, and an access key of its own or none.",
    blame: "user",
  },
} as const;
