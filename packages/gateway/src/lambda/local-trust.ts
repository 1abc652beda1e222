// Functions that call this machine over TLS trust its own authority, which is made when the first of them does.
import * as channels from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import * as modules from "node:module";
import type { Log } from "../ports.ts";

/** A certificate authority that can be made. */
export interface Authority {
  /** Its certificate as PEM; there once it is open. */
  readonly caFile: string;
  open(): Promise<unknown>;
}

/** The service's side: makes the authority, and wakes the thread that waits for it, whatever came of it. */
export async function makeAuthority(authority: Authority, made: Int32Array, log: Log): Promise<void> {
  try {
    await authority.open();
  } catch (error) {
    log.error(`The local certificate authority cannot be made: ${String(error)}`);
  } finally {
    Atomics.store(made, 0, 1);
    Atomics.notify(made, 0);
  }
}

const longestWaitMs = 10_000;
const tlsBuiltin = /^(?:node:)?(?:tls|https|http2)$/;
const thisMachine = /^(?:127(?:\.\d{1,3}){3}|(?:[\w-]+\.)*localhost)$/i;

/**
 * The thread's side. Nothing is loaded until the function loads what speaks TLS itself, and nothing made or read until
 * it connects to this machine: `127.…`, `localhost` and names below it. The first such connection waits for the
 * authority, and the thread with it.
 *
 * Does nothing on a Node.js before 22.19, whose default authorities cannot be added to.
 */
export function trustWhenNeeded(caFile: string, ask: (made: Int32Array) => void): void {
  if (!("registerHooks" in modules)) return;
  const getBuiltinModule = process.getBuiltinModule.bind(process);
  const watch = (): void => {
    hooks.deregister();
    channels.unsubscribe(beforeFetch, watch);
    process.getBuiltinModule = getBuiltinModule;
    watchConnections(() => {
      const made = new Int32Array(new SharedArrayBuffer(4));
      ask(made);
      Atomics.wait(made, 0, 0, longestWaitMs);
      return readFileSync(caFile, "utf8");
    });
  };
  const hooks = modules.registerHooks({
    resolve(specifier, context, next) {
      if (tlsBuiltin.test(specifier)) watch();
      return next(specifier, context);
    },
  });
  channels.subscribe(beforeFetch, watch);
  process.getBuiltinModule = (name: string) => {
    if (tlsBuiltin.test(name)) watch();
    return getBuiltinModule(name);
  };
}

/** `fetch` has its TLS from within Node.js, where nothing is resolved. */
const beforeFetch = "undici:client:beforeConnect";

/** Everything that Node.js connects with over TLS calls `tls.connect`. */
function watchConnections(readAuthority: () => string): void {
  const tls = process.getBuiltinModule("node:tls");
  if (!("setDefaultCACertificates" in tls)) return;
  const { connect } = tls;
  let isTrusted = false;
  const trust = (): void => {
    isTrusted = true;
    try {
      tls.setDefaultCACertificates([...tls.getCACertificates("default"), readAuthority()]);
    } catch {
      // The authority could not be made, which the service has said: the connection says what it thinks of that.
    }
  };
  tls.connect = ((...given: Parameters<typeof connect>) => {
    if (!isTrusted && thisMachine.test(hostOf(given))) trust();
    return connect(...given);
  }) as typeof connect; // has an overload for each order of its parameters
  modules.syncBuiltinESMExports();
}

/** Of the parameters of `tls.connect`: `(options)`, `(port, host)` or `(port, options)`. */
function hostOf(given: readonly unknown[]): string {
  for (const each of given) {
    if (typeof each === "string") return each;
    if (typeof each !== "object" || each === null) continue;
    const { host, servername } = each as { readonly host?: unknown; readonly servername?: unknown }; // only looked at
    if (typeof host === "string") return host;
    if (typeof servername === "string" && servername !== "") return servername;
  }
  return "localhost";
}
