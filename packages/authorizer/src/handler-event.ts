// What a handler is given, where an authorizer would be asked.
import type { HttpEvent, RestEvent, WebsocketConnectEvent } from "@gatewright/contract";

/** A REST, HTTP or function URL request, or the opening of a WebSocket. */
export type HandlerEvent = RestEvent | HttpEvent | WebsocketConnectEvent;
