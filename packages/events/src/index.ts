// The front door of events: everything of the HTTP door and the WebSocket door.
export * from "./http.ts";
export * from "./websocket.ts";
