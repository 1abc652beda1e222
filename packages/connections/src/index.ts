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
export type { Audience, BroadcastOptions, BroadcastPorts } from "./broadcast/broadcast.ts";
export type { Failed, Gone, Missed, Tally } from "./broadcast/tally.ts";
export { toMessage } from "./broadcast/message.ts";
export type { Message, Payload } from "./broadcast/message.ts";
export type { CallOptions, Outcome, Poster, Sight, Target } from "./broadcast/poster.ts";
export { managementEndpoint } from "./broadcast/endpoint.ts";
export type { ApiPlace } from "./broadcast/endpoint.ts";
export { managementPoster } from "./broadcast/management-poster.ts";
export type { ManagementPosterOptions } from "./broadcast/management-poster.ts";
export { memoryPoster } from "./broadcast/memory-poster.ts";
export type { MemoryPoster, MemoryPosterOptions, Posted } from "./broadcast/memory-poster.ts";
export { sdkPoster } from "./broadcast/sdk-poster.ts";
export type { ManagementClient } from "./broadcast/sdk-poster.ts";
export { failures } from "./failures.ts";
