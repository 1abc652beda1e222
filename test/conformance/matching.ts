// How a case writes what a text must be.
import { expect } from "vitest";

/** The text itself, or what a `/…/` matches. */
export const matching = (text: string): unknown =>
  /^\/.+\/$/s.test(text) ? expect.stringMatching(new RegExp(text.slice(1, -1), "s")) : text;
