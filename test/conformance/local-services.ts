// DynamoDB and S3 for the cases that ask for them, and the lines of log files.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startDynamodb } from "../../packages/gateway/src/backends/dynamodb.ts";
import { startS3 } from "../../packages/gateway/src/backends/s3.ts";
import type { LocalServices } from "../../packages/gateway/src/integrations/aws-request.ts";
import type { Service } from "../../packages/gateway/src/model/service.ts";
import type { Clock, Log } from "../../packages/gateway/src/ports.ts";

/** The back ends of one case. */
export interface RunningServices {
  readonly services: LocalServices;
  close(): Promise<void>;
}

/** Starts DynamoDB, and S3 where there are buckets: empty, and gone with the case. */
export async function startServices(
  { tables, buckets, region }: Service,
  parts: { readonly folder: string; readonly clock: Clock; readonly log: Log },
): Promise<RunningServices> {
  const { folder, clock, log } = parts;
  const credentials = { accessKeyId: "AKIALOCAL00000000000", secretAccessKey: "local-secret" };
  const dynamodb = await startDynamodb({ tables, port: 0, log });
  const s3 =
    buckets.length === 0
      ? undefined
      : await startS3({ buckets, folder: join(folder, "s3"), port: 0, region, credentials, clock, log });
  const endpoints = { dynamodb: dynamodb.endpoint, ...(s3 && { s3: s3.endpoint }) };
  return {
    services: { endpoints, credentials, region },
    async close() {
      await Promise.all([dynamodb.close(), s3?.close()]);
    },
  };
}

/** Every line of the log files of a data folder, behind the name of its file. */
export async function readLogFiles(folder: string): Promise<readonly string[]> {
  const root = join(folder, "logs");
  const entries = await readdir(root, { recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.endsWith(".log")).toSorted();
  const lines = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(root, file), "utf8");
      return text.split("\n").flatMap((line) => (line === "" ? [] : [`${file}: ${line}`]));
    }),
  );
  return lines.flat();
}
