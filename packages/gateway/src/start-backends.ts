// Starts the back ends that a definition asks for: tables, buckets, a token issuer.
import { startDynamodb } from "./backends/dynamodb.ts";
import { startIssuer } from "./backends/issuer.ts";
import { startS3 } from "./backends/s3.ts";
import type { Functions } from "./ports.ts";
import type { Parts, Urls } from "./start-parts.ts";

/** Starts each back end. Buckets tell functions what becomes of their objects. */
export async function startBackends(parts: Parts, functions: Functions): Promise<Urls> {
  const { service, ports, data, clock, log, endings } = parts;
  const urls: Urls = {};
  if (ports.dynamodb !== undefined) {
    const folder = data.folderFor("dynamodb");
    const tables = endings.add(
      await startDynamodb({ tables: service.tables, folder, port: ports.dynamodb, log }),
    );
    urls.dynamodb = tables.endpoint;
  }
  if (ports.s3 !== undefined) {
    const { region, buckets } = service;
    const folder = data.folderFor("s3");
    const { credentials } = data;
    const s3 = endings.add(
      await startS3({ buckets, folder, port: ports.s3, region, credentials, clock, log, functions }),
    );
    urls.s3 = s3.endpoint;
  }
  if (ports.cognito !== undefined) {
    const { userPools, region } = service;
    const folder = data.folderFor("cognito");
    const issuer = endings.add(
      await startIssuer({ userPools, region, folder, port: ports.cognito, clock, log }),
    );
    urls.cognito = issuer.endpoint;
  }
  return urls;
}
