// A Lambda context with the time that a test gives it, and a log that remembers.
import type { Context } from "aws-lambda";
import type { ErrorLog } from "../../src/http.ts";

/** A context that has `remainingMs` left, now and for ever. */
export function lambdaContext(remainingMs = 10_000): Context {
  return {
    awsRequestId: "5f0c3c6e-8f5b-4c0e-9a43-6a3f9c1d2e4b",
    callbackWaitsForEmptyEventLoop: false,
    functionName: "rooms",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:rooms",
    logGroupName: "/aws/lambda/rooms",
    logStreamName: "2026/11/21/[$LATEST]abc",
    memoryLimitInMB: "512",
    getRemainingTimeInMillis: () => remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** A log that keeps what it is told. */
export function memoryLog(): ErrorLog & { readonly entries: { message: string; error: Error }[] } {
  const entries: { message: string; error: Error }[] = [];
  return { entries, error: (message, error) => void entries.push({ message, error }) };
}
