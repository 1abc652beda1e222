// Measures the house: node test/bench/run.ts [name …] [--quick]
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { authorizer } from "./authorizer/index.ts";
import type { Bench, Effort } from "./bench.ts";
import { broadcastBench } from "./broadcast/broadcast-bench.ts";
import { broadcastLargeBench } from "./broadcast-large/broadcast-large-bench.ts";
import { coldSendBench } from "./cold-send/cold-send-bench.ts";
import { eventsBench } from "./events/events-bench.ts";
import { eventsRivals } from "./events-rivals/index.ts";
import { gatewayBench } from "./gateway/gateway-bench.ts";
import { describeMachine, measureMoment } from "./machine.ts";
import { toText } from "./print.ts";
import { uploadsBench } from "./uploads/uploads-bench.ts";

/** Every bench by its name. */
const benches: Readonly<Record<string, Bench>> = {
  events: eventsBench,
  "events-rivals": eventsRivals,
  gateway: gatewayBench,
  broadcast: broadcastBench,
  "broadcast-large": broadcastLargeBench,
  "cold-send": coldSendBench,
  uploads: uploadsBench,
  authorizer,
};

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}"; there are ${Object.keys(benches).join(", ")}.`);
  process.exit(1);
}

const output = fileURLToPath(new URL("../../test-output", import.meta.url));
const effort: Effort = { quick: values.quick, say: (line) => console.error(`  ${line}`) };
const machine = describeMachine();
console.log(`${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, ${machine.platform}\n`);

const results: Record<string, object> = {};
for (const [name, bench] of Object.entries(benches)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`## ${name}: ${bench.says}\n`);
  const before = measureMoment();
  const tables = await bench.run(effort);
  const after = measureMoment();
  for (const table of tables) console.log(toText(table));
  const [first, last] = [before, after].map(
    ({ load, calibrationMs }) => `${load} (${calibrationMs.toFixed(1)} ms)`,
  );
  console.log(`Load (calibration): ${first} before, ${last} after.\n`);
  results[name] = { says: bench.says, before, after, tables };
}

mkdirSync(output, { recursive: true });
const file = join(output, values.quick ? "bench-quick.json" : "bench.json");
const report = { at: new Date().toISOString(), quick: values.quick, machine, benches: results };
writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
console.log(`Written to ${file}`);
