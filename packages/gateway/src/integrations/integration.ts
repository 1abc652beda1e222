// What an integration answers with, whatever kind it is.
import type { Invocation } from "../ports.ts";

/** What came of calling an integration: a Lambda invocation, or a literal answer. */
export type IntegrationOutcome =
  | { readonly from: "lambda"; readonly invocation: Invocation }
  | { readonly from: "mock"; readonly headers: Readonly<Record<string, string>> };
