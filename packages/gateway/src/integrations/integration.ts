// What an integration answers with, whatever kind it is.
import type { Invocation } from "../ports.ts";
import type { StreamOutcome } from "./lambda-stream.ts";

/** What came of calling an integration: a Lambda invocation, or a literal answer. */
export type IntegrationOutcome =
  | { readonly from: "lambda"; readonly invocation: Invocation }
  | { readonly from: "lambda-stream"; readonly invocation: StreamOutcome }
  | { readonly from: "mock"; readonly headers: Readonly<Record<string, string>> };
