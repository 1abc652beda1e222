// A program's life around a gateway: it ends once, on Ctrl-C, on a signal, or when its parent goes.

/** How long parts may take to end before the process ends without them. */
const patienceMs = 5_000;

/**
 * Keeps the process until it is told to end, then runs `close` and exits with 0.
 *
 * Parts that do not end within five seconds are left behind; a second signal changes nothing.
 */
export function endWithProcess(close: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), patienceMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
  process.on("disconnect", end);
  const { connected }: { connected?: boolean } = process; // nothing where there never was a channel
  if (connected !== undefined && !connected) end(); // the parent went while we were starting
}
