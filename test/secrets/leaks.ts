// Which secrets are in a text, however many there are of both: for the search through all output of a run.

/** A secret that was found, told without telling it. */
export interface Leak {
  /** The first few characters, or the kind of secret that it looks like. */
  readonly what: string;
  /** What stands before it. */
  readonly after: string;
}

/** Shorter ones are in every output by chance. */
const shortest = 16;

/** What nobody may write, whether it was noted or not: signed JWTs, our tickets and our API keys. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ["a signed JWT", /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{40,}/g],
  ["a connect ticket", /gwt_[A-Za-z0-9_-]{43}/g],
  ["an API key", /gwk_[0-9a-f]{24}_[A-Za-z0-9_-]{43}/g],
];
/** Those that are written in tests to be seen. */
const examples = /^(gwt_|gwk_[0-9a-f]{24}_)(.)\2+$/;

/** Runs of characters that a token can be in. */
const words = /[A-Za-z0-9+/_.~=-]{16,}/g;

/**
 * Finds secrets in a text: as they are, their payload or signature alone, percent-encoded, or in base64.
 *
 * The time it takes grows with the text, not with the secrets: what could be one is looked up by its first characters.
 */
export function findLeaks(secrets: Iterable<string>, text: string): readonly Leak[] {
  const [byStart, others] = index(secrets);
  const leaks: Leak[] = [];
  const add = (what: string, at: number): void =>
    void leaks.push({ what, after: text.slice(Math.max(0, at - 60), at).replace(words, "…") });
  for (const [what, shape] of shapes)
    for (const { 0: found, index: at } of text.matchAll(shape)) if (!examples.test(found)) add(what, at);
  for (const other of others) {
    const at = text.indexOf(other);
    if (at >= 0) add(`${other.slice(0, 4)}…`, at);
  }
  for (const { 0: word, index: start } of text.matchAll(words))
    for (let at = 0; at + shortest <= word.length; at += 1) {
      const found = byStart.get(word.slice(at, at + shortest))?.find((secret) => word.startsWith(secret, at));
      if (found === undefined) continue;
      add(`${found.slice(0, 4)}…`, start + at);
      break;
    }
  return leaks;
}

/** Secrets by their first characters, and those that are no one word. */
function index(secrets: Iterable<string>): readonly [Map<string, string[]>, ReadonlySet<string>] {
  const byStart = new Map<string, string[]>();
  const others = new Set<string>();
  const known = new Set<string>();
  for (const secret of new Set(secrets))
    for (const form of formsOf(secret)) {
      if (form.length < shortest || known.has(form)) continue;
      known.add(form);
      if (form.match(words)?.[0] !== form) others.add(form);
      else byStart.set(form.slice(0, shortest), [...(byStart.get(form.slice(0, shortest)) ?? []), form]);
    }
  return [byStart, others];
}

/** A JWT's payload and signature give it away too; its header is the same in all of them. */
function formsOf(secret: string): readonly string[] {
  const [, payload = "", signature = ""] = secret.split(".");
  const encoded = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString("base64").replaceAll("=", "");
  return [secret, payload, signature, encoded, base64];
}
