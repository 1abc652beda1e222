// One cold start in a process of its own: imports a bundle, answers once and ends. Plain JavaScript, so that no
// compiler is loaded: node start.mjs BUNDLE EVENT
import { readFileSync } from "node:fs";

const [bundle, event] = process.argv.slice(2);
if (bundle !== undefined) {
  const { handler } = await import(bundle);
  await handler(JSON.parse(readFileSync(event, "utf8")), {
    awsRequestId: "5f0c3c6e-8f5b-4c0e-9a43-6a3f9c1d2e4b",
    getRemainingTimeInMillis: () => 10_000,
  });
}
