// One measurement in a process of its own: node measure.ts BUNDLE WORKLOAD CALLS [checked|unchecked]
// With --expose-gc and a young generation that holds it all, it measures the heap; without, the time.
import { copy, workloads } from "./events.ts";
import { wrongness } from "./right.ts";

const [bundle = "", workload = "", count = "0", bare = ""] = process.argv.slice(2);
const calls = Number(count);
const { handler } = (await import(bundle)) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const context = {
  awsRequestId: "5f0c3c6e-8f5b-4c0e-9a43-6a3f9c1d2e4b",
  functionName: "rooms",
  getRemainingTimeInMillis: () => 10_000,
};
const event = workloads[workload];
if (event === undefined) throw new Error(`no workload ${workload}`);

if (bare !== "unchecked") {
  const wrong = wrongness(workload, await handler(structuredClone(event), context));
  if (wrong !== undefined) throw new Error(`${workload}: ${wrong}`);
}
for (let call = 0; call < Math.max(calls / 10, Math.min(calls, 5000)); call += 1)
  await handler(copy(event), context);

/** Bytes that a call leaves behind; nothing may be collected meanwhile. */
async function heapPerCall(): Promise<number> {
  const few = 2000;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let call = 0; call < few; call += 1) await handler(copy(event ?? {}), context);
  return (process.memoryUsage().heapUsed - before) / few;
}

/** CPU nanoseconds of a call, compilation and garbage collection included. */
async function timePerCall(): Promise<number> {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) await handler(copy(event ?? {}), context);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / calls;
}

process.stdout.write(String(globalThis.gc === undefined ? await timePerCall() : await heapPerCall()));
