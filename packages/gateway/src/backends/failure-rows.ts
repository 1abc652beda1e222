// What can go wrong in this room, for the developer: every code with its fix.

export const backendsRows = {
  TABLE_CHANGED: {
    says: (at: { readonly table: string }): string =>
      `The table ${at.table} of an earlier run has other keys or indexes than the definition now declares.`,
    fix: "Start once with --fresh: tables, uploads and keys of earlier runs are then forgotten.",
    blame: "user",
  },
  TABLE_REFUSED: {
    says: (at: { readonly table: string; readonly why: string }): string =>
      `DynamoDB does not take the table ${at.table}: ${at.why}`,
    fix: "Correct the table's properties in the definition; AWS would refuse them too.",
    blame: "user",
  },
  ISSUER_FILE_UNREADABLE: {
    says: (at: { readonly file: string }): string =>
      `${at.file} is not what the token issuer of an earlier run wrote.`,
    fix: "Delete the file: everybody then has to sign in again.",
    blame: "user",
  },
  BUCKET_NAME_INVALID: {
    says: (at: { readonly name: string }): string => `"${at.name}" cannot be the name of an S3 bucket.`,
    fix: "Use 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends.",
    blame: "user",
  },
} as const;
