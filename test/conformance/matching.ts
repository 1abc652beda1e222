// How a case writes what a text must be.
import { expect } from "vitest";

/** The text itself, or what a `/…/` matches. */
export const matching = (text: string): unknown => pattern(text) ?? text;

/** Whatever has the text in it, or what a `/…/` matches. */
export const containing = (text: string): unknown => pattern(text) ?? expect.stringContaining(text);

function pattern(text: string): unknown {
  return /^\/.+\/$/s.test(text) ? expect.stringMatching(new RegExp(text.slice(1, -1), "s")) : undefined;
}
