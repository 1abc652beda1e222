import { expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { createKeptAnswers } from "../../../src/meters/kept-answers.ts";

test("an answer is kept until its time is over", () => {
  const clock = manualClock();
  const answers = createKeptAnswers<string>(clock);
  answers.keep("ada", "yes", 300);
  clock.advance(299_999);
  expect(answers.read("ada")).toBe("yes");
  expect(answers.read("grace")).toBeUndefined();
  clock.advance(1);
  expect(answers.read("ada")).toBeUndefined();
});

test("the oldest makes room", () => {
  const answers = createKeptAnswers<number>(manualClock(), 2);
  answers.keep("a", 1, 60);
  answers.keep("b", 2, 60);
  answers.keep("a", 3, 60);
  answers.keep("c", 4, 60);
  expect([answers.read("a"), answers.read("b"), answers.read("c")]).toEqual([3, undefined, 4]);
});
