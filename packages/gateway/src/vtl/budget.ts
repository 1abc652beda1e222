// How much work one rendering may take.
import { limits } from "@gatewright/contract";
import { TemplateError } from "./template-error.ts";

/** Counts work down; a template that takes more than its share ends with an error. */
export interface Budget {
  /** Takes `units` of work. @throws TemplateError when none is left. */
  spend(units: number): void;
  /** Takes the work of making a text, and refuses one that is too long to leave as a payload. */
  spendText(length: number): void;
  /** Milliseconds that regular expressions may still take. */
  patternMs: number;
}

/** Steps of a rendering: thirty times what the largest useful template takes. */
const units = 3_000_000;
/** All regular expressions of a rendering together. */
const patternMs = 1_000;

/** A fresh budget for one rendering. */
export function createBudget(): Budget {
  let left = units;
  const budget: Budget = {
    spend(taken) {
      left -= taken;
      if (left < 0) throw new TemplateError("it takes too long: it was stopped");
    },
    spendText(length) {
      if (length > limits.payloadBytes) throw new TemplateError("a text in it grows over 10 MB");
      budget.spend(1 + (length >> 5));
    },
    patternMs,
  };
  return budget;
}
