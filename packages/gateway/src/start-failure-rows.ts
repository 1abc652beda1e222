// What can go wrong while the gateway starts, for the developer: every code with its fix.

export const startRows = {
  NODE_TOO_OLD: {
    says: (at: { readonly version: string }): string =>
      `The gateway needs Node.js 22 or newer, and this is ${at.version}.`,
    fix: "Install a newer one, or take it from npm for this command: npx --package node@24 gatewright dev",
    blame: "user",
  },
  PORT_TAKEN: {
    says: (at: { readonly port: number; readonly for: string }): string =>
      `Port ${at.port} for ${at.for} is already in use.`,
    fix: "Stop the other program, choose another port with --port, or let --port 0 pick free ones.",
    blame: "user",
  },
  PORT_INVALID: {
    says: (at: { readonly port: number; readonly last: number }): string =>
      `${at.port} is not a port that nine more can follow.`,
    fix: "Give a whole number from 1 to 65526, or 0 for any free ports.",
    blame: "user",
  },
  DATA_FOLDER_BUSY: {
    says: (at: { readonly folder: string; readonly pid: number }): string =>
      `Process ${at.pid} is already running a gateway on the data in ${at.folder}.`,
    fix: "Stop it first, or give this one a folder of its own with --data.",
    blame: "user",
  },
  DATA_FOLDER_UNREADABLE: {
    says: (at: { readonly file: string }): string =>
      `${at.file} cannot be read as what an earlier run wrote.`,
    fix: "Start once with --fresh; tables, uploads and keys of earlier runs are then forgotten.",
    blame: "user",
  },
  ARGUMENTS_INVALID: {
    says: (at: { readonly why: string }): string => `That command line is not understood: ${at.why}.`,
    fix: "Run gatewright --help to see what there is.",
    blame: "user",
  },
} as const;
