// The built-in node:http for bundles, without what importing it as an ES module costs.
import type * as http from "node:http";

/**
 * Stands for `node:http` in a bundle: `alias: { "node:http": "@gatewright/events/node-http" }`.
 *
 * An `import` of the built-in reads every one of its exports at start, among them `WebSocket`, which loads all of
 * `fetch`: about 23 ms of a cold start. Taken by `process.getBuiltinModule` it costs 2. `WebSocket`, `CloseEvent` and
 * `MessageEvent` are left out; they are globals.
 *
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
const builtin: typeof http = process.getBuiltinModule("node:http");

// oxlint-disable-next-line import/no-default-export -- as the built-in has one
export default builtin;
export const Agent: typeof http.Agent = builtin.Agent;
export const ClientRequest: typeof http.ClientRequest = builtin.ClientRequest;
export const createServer: typeof http.createServer = builtin.createServer;
export const get: typeof http.get = builtin.get;
export const globalAgent: typeof http.globalAgent = builtin.globalAgent;
export const IncomingMessage: typeof http.IncomingMessage = builtin.IncomingMessage;
export const maxHeaderSize: typeof http.maxHeaderSize = builtin.maxHeaderSize;
export const METHODS: typeof http.METHODS = builtin.METHODS;
export const OutgoingMessage: typeof http.OutgoingMessage = builtin.OutgoingMessage;
export const request: typeof http.request = builtin.request;
export const Server: typeof http.Server = builtin.Server;
export const ServerResponse: typeof http.ServerResponse = builtin.ServerResponse;
export const setMaxIdleHTTPParsers: typeof http.setMaxIdleHTTPParsers = builtin.setMaxIdleHTTPParsers;
export const STATUS_CODES: typeof http.STATUS_CODES = builtin.STATUS_CODES;
export const validateHeaderName: typeof http.validateHeaderName = builtin.validateHeaderName;
export const validateHeaderValue: typeof http.validateHeaderValue = builtin.validateHeaderValue;
/** Not in every Node.js that runs this. */
export const setGlobalProxyFromEnv: unknown = (builtin as { setGlobalProxyFromEnv?: unknown })
  .setGlobalProxyFromEnv;
