// What a definition describes, once read: APIs, functions, tables, buckets, user pools. Plain data.
import type { CustomDomain } from "./domain.ts";
import type { FunctionUrl } from "./function-url.ts";
import type { HttpApi } from "./http-api.ts";
import type { LocalIdentity } from "./identity.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { ApiKey, RestApi, UsagePlan } from "./rest-api.ts";
import type { Bucket, Table, UserPool } from "./resources.ts";
import type { ThrottleSettings } from "./stage.ts";
import type { WebAcl } from "./web-acl.ts";
import type { Schedule } from "./schedule.ts";
import type { WebsocketApi } from "./websocket-api.ts";

/** Everything that one definition file describes, with every reference resolved. */
export interface Service {
  readonly name: string;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  /** Folder of the definition file, absolute; handlers and relative paths start here. */
  readonly folder: string;
  readonly restApi?: RestApi;
  readonly httpApi?: HttpApi;
  readonly websocketApi?: WebsocketApi;
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
  readonly functions: readonly LambdaFunction[];
  /** What the definition asks of esbuild, as it stands there; left out where it says nothing. */
  readonly bundling?: Readonly<Record<string, unknown>>;
  readonly tables: readonly Table[];
  readonly buckets: readonly Bucket[];
  readonly userPools: readonly UserPool[];
  readonly domains?: readonly CustomDomain[];
  readonly webAcls?: readonly WebAcl[];
  /** Who can sign requests locally: from `custom.gatewright.identities`. */
  readonly identities?: readonly LocalIdentity[];
  /** Where this machine is to be stricter than AWS: `throttle`, `connectThrottle`, `cacheMegabytes` of `custom.gatewright`. */
  readonly localLimits?: LocalLimits;
  /** Functions with an address of their own. @default none */
  readonly functionUrls?: readonly FunctionUrl[];
  /** @default none */
  readonly schedules?: readonly Schedule[];
  /** What the file says and the gateway does not act on; printed at start. */
  readonly notices: readonly Notice[];
}

/** Limits of this machine alone. */
export interface LocalLimits {
  /** Of all APIs together, WebSocket messages and calls of `@connections` among them. */
  readonly accountThrottle?: ThrottleSettings;
  /** Of new connections to the WebSocket API. */
  readonly connectThrottle?: ThrottleSettings;
  /** Most bytes of memory that one stage's cache takes. */
  readonly cacheBytes?: number;
}

/** Something in the definition that is not understood, by its path in the file. */
export interface Notice {
  /** As in `functions.socket.events[2].websocket.authorizer.foo`. */
  readonly path: string;
  readonly says: string;
}
