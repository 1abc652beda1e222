// What can go wrong while an API is defined in code, for the developer.

export const defineRows = {
  SETTING_UNKNOWN: {
    says: (at: { readonly path: string; readonly closest?: string | undefined }): string =>
      `${at.path} is not known.${at.closest === undefined ? "" : ` Did you mean "${at.closest}"?`}`,
    fix: "Correct its spelling where defineApi is called, or take it away.",
    blame: "user",
  },
} as const;
