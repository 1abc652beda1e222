// The gateway's S3 in a process of its own, which tells how much memory it takes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS3 } from "../../../packages/gateway/src/backends/s3.ts";
import { systemClock } from "../../../packages/gateway/src/ports.ts";
import { bucket, credentials, region } from "./cold/setting.ts";

const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "gatewright-bench-"));
const log = { info() {}, warn() {}, error: console.error };
const buckets = [{ logicalId: "Cats", name: bucket, cors: [] }];
const s3 = await startS3({ buckets, folder, port: 0, region, credentials, clock: systemClock, log });
let most = 0;
const measure = () => {
  most = Math.max(most, process.memoryUsage.rss());
};
setInterval(measure, 20).unref();
process.send?.({ endpoint: s3.endpoint });
process.on("message", (asked) => {
  measure();
  if (asked === "memory") process.send?.({ most });
});
process.on("disconnect", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
