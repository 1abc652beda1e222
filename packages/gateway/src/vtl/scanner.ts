// A place in a template's text, which the parsers move forward.
import { TemplateError } from "./template-error.ts";

/** Reads a text from its start. */
export class Scanner {
  readonly text: string;
  at = 0;
  /** How deep expressions and directives are nested here. */
  depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether `expected` stands here. */
  sees(expected: string): boolean {
    return this.text.startsWith(expected, this.at);
  }

  /** Moves over `expected` if it stands here. */
  takes(expected: string): boolean {
    if (!this.sees(expected)) return false;
    this.at += expected.length;
    return true;
  }

  /** What a sticky pattern finds here, moved over; `undefined` if nothing. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  skipBlanks(): void {
    this.match(/[ \t\r\n]*/y);
  }

  /** @throws TemplateError if `expected` does not stand here. */
  expect(expected: string): void {
    if (!this.takes(expected)) this.fail(`expected ${expected}`);
  }

  /** Goes one level down for `task`. @throws TemplateError where a template is nested beyond reason. */
  nested<T>(task: () => T): T {
    this.depth += 1;
    if (this.depth > deepest) this.fail("it is nested too deeply");
    const result = task();
    this.depth -= 1;
    return result;
  }

  fail(why: string): never {
    const line = this.text.slice(0, this.at).split("\n").length;
    throw new TemplateError(`line ${line}: ${why}`);
  }
}

/** Levels of nesting that no template of a person has. */
const deepest = 200;
