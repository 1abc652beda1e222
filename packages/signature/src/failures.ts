// What can go wrong while signing, for the programmer: every code with its fix.
import { defineFailures, type Failures } from "@gatewright/contract";

const table = {
  CREDENTIALS_MISSING: {
    says: (at: { readonly missing: readonly string[] }): string =>
      `There are no AWS credentials in the environment: ${at.missing.join(", ")} not set.`,
    fix: "Run inside AWS Lambda or `gatewright dev`, which set them, or pass `credentials`.",
    blame: "user",
  },
  EXPIRY_OUT_OF_RANGE: {
    says: (at: { readonly expires: number }): string =>
      `A signature cannot be valid for ${at.expires} seconds.`,
    fix: "Give `expires` as whole seconds from 1 to 604800 (7 days).",
    blame: "user",
  },
  HEADER_NOT_SIGNABLE: {
    says: (at: { readonly header: string }): string =>
      `The header ${at.header} cannot be part of a signature: it holds a line break.`,
    fix: "Remove CR and LF from the header's value.",
    blame: "user",
  },
} as const;

/** The failures of `@gatewright/signature`. */
export const failures: Failures<typeof table> = defineFailures("signature", table);
