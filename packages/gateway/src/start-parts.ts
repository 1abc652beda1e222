// What the parts of a gateway are started with.
import type { DataFolder } from "./data-folder.ts";
import type { SharedAuthority } from "./domains/local-authority.ts";
import type { Endings } from "./endings.ts";
import type { FaultSource } from "./faults/faults.ts";
import type { Service } from "./model/service.ts";
import type { ThrottleSettings } from "./model/stage.ts";
import type { PortName } from "./port-plan.ts";
import type { Clock, Log } from "./ports.ts";

/** Addresses by the name of the port. */
export type Urls = Partial<Record<PortName, string>>;

/** What every part of a gateway is started with; what they open is added to `endings`. */
export interface Parts {
  readonly service: Service;
  readonly ports: Readonly<Partial<Record<PortName, number>>>;
  readonly data: DataFolder;
  readonly authority: SharedAuthority;
  readonly clock: Clock;
  readonly log: Log;
  readonly endings: Endings;
  readonly faults: FaultSource;
  readonly output?: (functionKey: string, stream: "stdout" | "stderr", line: string) => void;
  readonly watch?: boolean;
  readonly retryDelaysMs?: readonly number[];
  readonly callerHeaders?: boolean;
  readonly accountThrottle?: ThrottleSettings;
  readonly cacheBytes?: number;
}
