// Each minute: sockets whose token has ended are closed, also silent ones; whose token soon will is asked for a fresh one.
import { sayGoodbye, sessions } from "./people.ts";

/** Looks at every connection. */
export async function handler(): Promise<{ readonly closed: number; readonly reminded: number }> {
  const { closed, reminded } = await sessions.sweep();
  for (const departure of closed) await sayGoodbye(departure);
  return { closed: closed.length, reminded };
}
