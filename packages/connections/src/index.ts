// The front door of connections: who is connected, and how to reach them.
export type {
  Attributes,
  Connection,
  Departure,
  DisconnectOptions,
  EveryoneOptions,
  Member,
  NewConnection,
  Occupant,
  ReadOptions,
  Registry,
  TouchOptions,
} from "./registry/registry.ts";
export { memoryRegistry } from "./registry/memory.ts";
export type { MemoryRegistryOptions } from "./registry/memory.ts";
export { broadcast } from "./broadcast/broadcast.ts";
export type { BroadcastOptions, BroadcastPorts } from "./broadcast/broadcast.ts";
export type { Audience, Part } from "./broadcast/audience.ts";
export { postRate } from "./broadcast/rate.ts";
export type { Rate, RateOptions } from "./broadcast/rate.ts";
export { lambdaHandOver, queueHandOver } from "./broadcast/hand-over.ts";
export type { BroadcastTask, HandOver, LambdaClient, QueueClient } from "./broadcast/hand-over.ts";
export type { HandOverOptions } from "./broadcast/tasks.ts";
export { memoryLedger } from "./broadcast/ledger.ts";
export type { Claim, Lease, Ledger, TaskName, TaskProgress, TaskReport } from "./broadcast/ledger.ts";
export { broadcastWorker } from "./broadcast/worker.ts";
export type { BatchAnswer, WorkerContext, WorkerOptions } from "./broadcast/worker.ts";
export { gatherTally } from "./broadcast/gather.ts";
export type { GatheredTally } from "./broadcast/gather.ts";
export { defaultCredentials } from "./broadcast/credentials.ts";
export type { CredentialProvider, ExpiringCredentials } from "./broadcast/credentials.ts";
export type { Doubt, Failed, Gone, Missed, Repeated, Tally } from "./broadcast/tally.ts";
export { toMessage } from "./broadcast/message.ts";
export type { Payload } from "./broadcast/message.ts";
export type { CallOptions, Message, Outcome, Poster, Sight, Target } from "./broadcast/poster.ts";
export { managementEndpoint } from "./broadcast/endpoint.ts";
export type { ApiPlace } from "./broadcast/endpoint.ts";
export { managementPoster } from "./broadcast/management-poster.ts";
export type { ManagementPosterOptions } from "./broadcast/management-poster.ts";
export { memoryPoster } from "./broadcast/memory-poster.ts";
export type { MemoryPoster, MemoryPosterOptions, Posted } from "./broadcast/memory-poster.ts";
export { sdkPoster } from "./broadcast/sdk-poster.ts";
export type { ManagementClient } from "./broadcast/sdk-poster.ts";
export { memoryRoomLog } from "./room/memory-log.ts";
export { toMissing } from "./room/log.ts";
export type {
  Counter,
  Draft,
  Entry,
  Found,
  LogGap,
  LogOptions,
  Missing,
  ResumeOptions,
  RoomLog,
} from "./room/log.ts";
export { publish, toFrame } from "./room/publish.ts";
export type { Published, PublishPorts } from "./room/publish.ts";
export { memoryPresence } from "./room/memory-presence.ts";
export type { Presence, PresenceChange, PresenceOptions, Present, Tab } from "./room/presence.ts";
export { sessionControl } from "./session/session-control.ts";
export type {
  Admission,
  Refusal,
  SessionControl,
  SessionPorts,
  SessionRules,
  Swept,
} from "./session/session-control.ts";
export { memoryMeter } from "./session/meter.ts";
export type { MessageRate, Meter, Metered } from "./session/meter.ts";
export { failures } from "./failures.ts";
