// The door of a service's custom domains, with what the parts of a running gateway give it.
import type { DataFolder } from "./data-folder.ts";
import type { HttpDoor } from "./doors/http.ts";
import type { Applications } from "./domains/route-domains.ts";
import { startDomains } from "./domains/start-domains.ts";
import type { Service } from "./model/service.ts";
import { type Log, systemIds } from "./ports.ts";

/** What the door is made of. */
export interface DomainParts {
  readonly service: Pick<Service, "domains" | "folder" | "region">;
  readonly data: Pick<DataFolder, "credentials" | "folderFor">;
  readonly log: Log;
  readonly applications: Applications;
  /** Address of the embedded S3, where it runs. */
  readonly s3: string | undefined;
  /** Address of the WebSocket API, where there is one. */
  readonly websocket: string | undefined;
  readonly port: number;
}

/** Opens the door; certificates and trust stores are found in the data folder, beside the definition, and in S3. */
export function startDomainDoor(parts: DomainParts): Promise<HttpDoor> {
  const { service, data, s3: endpoint, websocket, ...rest } = parts;
  const { domains = [], folder, region } = service;
  const { credentials } = data;
  return startDomains({
    ...rest,
    domains,
    ids: systemIds,
    certificates: data.folderFor("certificates"),
    truststores: { folder, ...(endpoint !== undefined && { s3: { endpoint, region, credentials } }) },
    ...(websocket !== undefined && { websocket: Number(new URL(websocket).port) }),
  });
}
