// What can go wrong while an API is defined in code, for the developer.

export const defineRows = {
  API_DEFINITION_INVALID: {
    says: (at: { readonly at: string; readonly expected: string }): string =>
      `${at.at} of the API must be ${at.expected}.`,
    fix: "Change it where defineApi is called.",
    blame: "user",
  },
} as const;
