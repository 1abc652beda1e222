// What can go wrong while the gateway starts, for the developer: every code with its fix.

export const startRows = {
  PORT_TAKEN: {
    says: (at: { readonly port: number; readonly for: string }): string =>
      `Port ${at.port} for ${at.for} is already in use.`,
    fix: "Stop the other program, choose another port with --port, or let --port 0 pick free ones.",
    blame: "user",
  },
} as const;
