// The front door of the client: a socket that stays up, and the order of what comes through it.
export { connectSocket } from "./connect-socket.ts";
export type { ClientSocket } from "./connect-socket.ts";
export type { HeartbeatOptions, ReconnectOptions, RequestOptions, SocketOptions } from "./socket-options.ts";
export type { SocketState, StateChange } from "./socket-state.ts";
export type { SendOptions } from "./contract-types.ts";
export type { Backoff } from "./backoff.ts";
export { retrying } from "./retrying.ts";
export type { RetryOptions } from "./retrying.ts";
export type { WebSocketClass, WebSocketLike } from "./link.ts";
export { SocketError } from "./socket-error.ts";
export type { ClientErrorCode } from "./socket-error.ts";
export { followRoom } from "./follow-room.ts";
export type { FollowedRoom, FollowOptions, Missed } from "./follow-room.ts";
export { createSequence } from "./sequence.ts";
export type { Gap, Sequence, SequenceOptions, Taken } from "./sequence.ts";
