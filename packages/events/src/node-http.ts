// The built-in node:http for bundles, without what importing it as an ES module costs.

type Http = ReturnType<typeof process.getBuiltinModule<"node:http">>;

/**
 * Stands for `node:http` in a bundle: `alias: { "node:http": "@gatewright/events/node-http" }`.
 *
 * An `import` of the built-in reads every one of its exports at start, among them `WebSocket`, which loads all of
 * `fetch`: about 23 ms of a cold start. Taken by `process.getBuiltinModule` it costs 2. `WebSocket`, `CloseEvent` and
 * `MessageEvent` are left out; they are globals.
 *
 * @see https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */
const builtin: Http = process.getBuiltinModule("node:http");

// oxlint-disable-next-line import/no-default-export -- as the built-in has one
export default builtin;
export const Agent: Http["Agent"] = builtin.Agent;
export const ClientRequest: Http["ClientRequest"] = builtin.ClientRequest;
export const createServer: Http["createServer"] = builtin.createServer;
export const get: Http["get"] = builtin.get;
export const globalAgent: Http["globalAgent"] = builtin.globalAgent;
export const IncomingMessage: Http["IncomingMessage"] = builtin.IncomingMessage;
export const maxHeaderSize: Http["maxHeaderSize"] = builtin.maxHeaderSize;
export const METHODS: Http["METHODS"] = builtin.METHODS;
export const OutgoingMessage: Http["OutgoingMessage"] = builtin.OutgoingMessage;
export const request: Http["request"] = builtin.request;
export const Server: Http["Server"] = builtin.Server;
export const ServerResponse: Http["ServerResponse"] = builtin.ServerResponse;
export const setMaxIdleHTTPParsers: Http["setMaxIdleHTTPParsers"] = builtin.setMaxIdleHTTPParsers;
export const STATUS_CODES: Http["STATUS_CODES"] = builtin.STATUS_CODES;
export const validateHeaderName: Http["validateHeaderName"] = builtin.validateHeaderName;
export const validateHeaderValue: Http["validateHeaderValue"] = builtin.validateHeaderValue;
/** Not in every Node.js that runs this. */
export const setGlobalProxyFromEnv: unknown = (builtin as { setGlobalProxyFromEnv?: unknown })
  .setGlobalProxyFromEnv;
