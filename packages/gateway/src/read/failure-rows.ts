// What can go wrong in this room, for the developer: every code with its fix.

/** A place in the definition; the line is that of the definition file, where it is known. */
export interface Place {
  /** As in `functions.socket.events[2].websocket.route`. */
  readonly path: string;
  readonly line?: number | undefined;
}

function where(at: Place): string {
  if (at.path === "") return "The definition";
  return at.line === undefined ? at.path : `${at.path} (line ${at.line})`;
}

function suggest(closest: string | undefined): string {
  return closest === undefined ? "" : ` Did you mean "${closest}"?`;
}

export const readRows = {
  DEFINITION_MISSING: {
    says: (at: { readonly file: string }): string => `There is no file ${at.file}.`,
    fix: "Run the command in the folder of your serverless.yml, or name the file.",
    blame: "user",
  },
  DEFINITION_UNREADABLE: {
    says: (at: {
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly why: string;
    }): string => `${at.file}:${at.line}:${at.column} is not readable: ${at.why}.`,
    fix: "Mend the file at that place; indentation is with spaces, and text with ':' or '#' needs quotes.",
    blame: "user",
  },
  DEFINITION_FAILED: {
    says: (at: { readonly file: string; readonly why: string }): string =>
      `${at.file} is code that gave no definition: ${at.why}.`,
    fix: "Run it by itself until it exports a definition; it runs in its own folder, with the packages that are installed there.",
    blame: "user",
  },
  DEFINITION_INVALID: {
    says: (
      at: Place & { readonly expected: string; readonly found: string; readonly hint?: string | undefined },
    ): string =>
      `${where(at)} must be ${at.expected}, but it is ${at.found}.${at.hint === undefined ? "" : ` ${at.hint}`}`,
    fix: "Change it in the definition and start again.",
    blame: "user",
  },
  KEY_UNKNOWN: {
    says: (at: Place & { readonly closest?: string | undefined }): string =>
      `${where(at)} is not known, and a key of that name may be meant to keep somebody out.${suggest(at.closest)}`,
    fix: "Correct its spelling or take it away; nobody is let in because something was not understood.",
    blame: "user",
  },
  VARIABLE_UNRESOLVED: {
    says: (at: Place & { readonly variable: string; readonly why: string }): string =>
      `${where(at)} uses ${at.variable}, which has no value: ${at.why}.`,
    fix: "Correct the address, or give the variable a default: ${source:address, 'default'}.",
    blame: "user",
  },
  VARIABLE_CYCLE: {
    says: (at: Place & { readonly through: readonly string[] }): string =>
      `${where(at)} depends on itself: ${at.through.join(" -> ")}.`,
    fix: "Give one of them a value that does not refer to the others.",
    blame: "user",
  },
  REFERENCE_UNRESOLVED: {
    says: (
      at: Place & {
        readonly reference: string;
        readonly why: string;
        /** Whether it stands for what is on AWS and not on this machine, and not for nothing at all. */
        readonly isElsewhere?: boolean;
      },
    ): string => `${where(at)} uses ${at.reference}, which has no value on this machine: ${at.why}.`,
    fix: "Refer to something that the definition declares and that runs here, or write the value itself.",
    blame: "user",
  },
  NOT_SUPPORTED: {
    says: (at: Place & { readonly what: string }): string =>
      `${where(at)}: ${at.what} cannot be run on this machine yet, and leaving it out would not be faithful.`,
    fix: "Take it out of the definition that you run here; ${file(...)} with ${sls:stage} in its name can keep it elsewhere.",
    blame: "user",
  },
  FUNCTION_RUNTIME_UNSUPPORTED: {
    says: (at: Place & { readonly runtime: string }): string =>
      `${where(at)} asks for the runtime "${at.runtime}"; only Node.js functions run on this machine.`,
    fix: "Use nodejs22.x or nodejs24.x, or keep the function in another definition.",
    blame: "user",
  },
  AUTHORIZER_UNKNOWN: {
    says: (
      at: Place & {
        readonly name: string;
        readonly known: readonly string[];
        readonly closest?: string | undefined;
      },
    ): string =>
      `${where(at)} names "${at.name}", but there are only: ${at.known.join(", ") || "none"}.${suggest(at.closest)}`,
    fix: "Name one that is there, or declare it. The route stays closed until then.",
    blame: "user",
  },
  AUTHORIZER_CONFLICT: {
    says: (at: Place & { readonly name: string; readonly first: string }): string =>
      `${where(at)} describes the authorizer "${at.name}" otherwise than ${at.first} does; on AWS the last one would win for all routes.`,
    fix: "Write the same settings at both places.",
    blame: "user",
  },
  EVENT_UNKNOWN: {
    says: (at: Place & { readonly kind: string; readonly closest?: string | undefined }): string =>
      `${where(at)} is an event of kind "${at.kind}"; those that run on this machine are s3, schedule, http, httpApi and websocket.${suggest(at.closest)}`,
    fix: "Correct its spelling, or keep it out of the definition that you run here, as with events: ${file(events.${sls:stage}.yml)}.",
    blame: "user",
  },
  INTEGRATION_UNKNOWN: {
    says: (at: Place & { readonly integration: string; readonly closest?: string | undefined }): string =>
      `${where(at)} is "${at.integration}", and there is no such integration or function here.${suggest(at.closest)}`,
    fix: "Correct its spelling, or refer to a function of this definition.",
    blame: "user",
  },
  ROUTE_DUPLICATE: {
    says: (at: Place & { readonly route: string; readonly first: string }): string =>
      `${where(at)} declares "${at.route}" again; ${at.first} already does.`,
    fix: "Keep one of the two.",
    blame: "user",
  },
} as const;
