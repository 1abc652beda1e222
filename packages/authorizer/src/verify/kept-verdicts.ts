// Verdicts kept for a short time: never under the token itself, never longer than the token lives, asked for once.
import type { Verification } from "./verifier.ts";

const { createHash } = process.getBuiltinModule("node:crypto");

/** A verdict, and until when it may be kept; without `until` it is not kept at all. */
export interface Verdict<Claims extends object> {
  readonly verification: Verification<Claims>;
  /** Milliseconds since the epoch. */
  readonly until?: number;
}

/** Verdicts by token. */
export interface KeptVerdicts<Claims extends object> {
  /** The verdict that is kept, or a new one; whoever asks meanwhile about the same token waits for the same answer. */
  find(token: string, ask: () => Promise<Verdict<Claims>>): Promise<Verification<Claims>>;
}

/** The hash under which a secret is kept: 256 bits, so that nobody finds another text for it. */
export function toHash(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Creates a store of at most `most` verdicts; the one that was used longest ago makes room. */
export function createKeptVerdicts<Claims extends object>(
  now: () => number,
  most: number = 1000,
): KeptVerdicts<Claims> {
  const kept = new Map<string, Required<Verdict<Claims>>>();
  const asking = new Map<string, Promise<Verification<Claims>>>();
  const keep = (key: string, verdict: Required<Verdict<Claims>>): void => {
    kept.delete(key);
    kept.set(key, verdict);
    const oldest = kept.size > most ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
  };
  return {
    async find(token, ask) {
      const key = toHash(token);
      const held = kept.get(key);
      if (held && now() < held.until) {
        keep(key, held);
        return held.verification;
      }
      kept.delete(key);
      const started = asking.get(key) ?? answer(key);
      asking.set(key, started);
      return started;

      async function answer(key: string): Promise<Verification<Claims>> {
        try {
          const { verification, until } = await ask();
          if (until !== undefined && until > now()) keep(key, { verification, until });
          return verification;
        } finally {
          asking.delete(key);
        }
      }
    },
  };
}
