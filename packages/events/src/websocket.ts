// The WebSocket door: typed handlers for connect, messages and disconnect.
export { websocketApi } from "./websocket/websocket-api.ts";
export type {
  ConnectInput,
  MessageInput,
  SocketRoutes,
  WebsocketApi,
  WebsocketApiOptions,
  WebsocketApiTypes,
} from "./websocket/websocket-api.ts";
export type { SocketPoster } from "./websocket/post.ts";
export type {
  ConnectQuery,
  Connection,
  Disconnection,
  Message,
  NotOpenYet,
  SocketBase,
} from "./websocket/connection.ts";
export { accept, refuse } from "./websocket/admission.ts";
export type { Admission } from "./websocket/admission.ts";
export { defineFrames } from "./websocket/frames.ts";
export type { Frame, FrameMaker } from "./websocket/frames.ts";
export { SocketError } from "./websocket/socket-error.ts";
export type { SocketErrorOptions } from "./websocket/socket-error.ts";
export { HttpError, httpErrors } from "./http-error.ts";
export type { FieldError, HttpErrorOptions, HttpErrors } from "./http-error.ts";
export type { ErrorLog } from "./log.ts";
