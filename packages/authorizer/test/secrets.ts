// Every token, key and cookie that a test makes: written down, so that a later test can look for them in all output.
import { appendFileSync } from "node:fs";

/** Where secrets are written to, one a line; nothing is written without it. */
const file = process.env["GATEWRIGHT_TEST_SECRETS"];

/** Writes a secret down and gives it back. */
export function noteSecret(secret: string): string {
  if (file) appendFileSync(file, `${secret}\n`);
  return secret;
}
