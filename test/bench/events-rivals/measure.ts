// One measurement in a process of its own: node measure.ts BUNDLE WORKLOAD CALLS
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

const before = process.cpuUsage();
for (let call = 0; call < calls; call += 1) await handler(copy(event), context);
const { user, system } = process.cpuUsage(before);

const few = 2000; // their garbage fits into the young generation, so that none is collected meanwhile
globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
for (let call = 0; call < few; call += 1) await handler(copy(event), context);
const heap = (process.memoryUsage().heapUsed - heapBefore) / few;

process.stdout.write(JSON.stringify({ ns: ((user + system) * 1000) / calls, heap }));
