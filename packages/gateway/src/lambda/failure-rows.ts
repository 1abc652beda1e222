// What can go wrong in this room, for the developer: every code with its fix.

export const lambdaRows = {
  HANDLER_MALFORMED: {
    says: (at: { readonly functionKey: string; readonly handler: string }): string =>
      `The handler "${at.handler}" of the function ${at.functionKey} names no export.`,
    fix: "Write it as path/to/file.export, from the folder of the definition, without the file's extension.",
    blame: "user",
  },
  HANDLER_MISSING: {
    says: (at: {
      readonly functionKey: string;
      readonly handler: string;
      readonly tried: readonly string[];
    }): string =>
      `The handler "${at.handler}" of the function ${at.functionKey} has no file: tried ${at.tried.join(", ")}.`,
    fix: "Correct the handler's path, or create the file.",
    blame: "user",
  },
  HANDLER_NOT_EXPORTED: {
    says: (at: {
      readonly functionKey: string;
      readonly handler: string;
      readonly exports: readonly string[];
    }): string =>
      `The handler "${at.handler}" of the function ${at.functionKey} is not exported; the file exports ${at.exports.join(", ") || "nothing"}.`,
    fix: "Export a function of that name, or name one of the exports in the definition.",
    blame: "user",
  },
  BUNDLE_FAILED: {
    says: (at: { readonly errors: readonly string[] }): string =>
      `The functions cannot be bundled:\n${at.errors.join("\n")}\n`,
    fix: "Mend the lines named above.",
    blame: "user",
  },
} as const;
