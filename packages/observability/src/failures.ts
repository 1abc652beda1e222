// What can go wrong in observability, for the programmer.
import { defineFailures, type Failures } from "@gatewright/contract";

const table = {
  PEER_MISSING: {
    says: (at: { readonly package: string }): string => `The package ${at.package} could not be loaded.`,
    fix: "Install it beside @gatewright/observability: it is only needed by those who use it.",
    blame: "user",
  },
} as const;

/** The failures of `@gatewright/observability`. */
export const failures: Failures<typeof table> = defineFailures("observability", table);

/** For `import(…).catch`: says which package is missing. */
export function refuseMissing(name: string): (cause: unknown) => never {
  return (cause) => {
    throw failures.create("PEER_MISSING", { package: name }, { cause });
  };
}
