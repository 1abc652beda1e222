// What can go wrong in this room, for the developer: every code with its fix.

export const backendsRows = {} as const;
