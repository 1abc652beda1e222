// The type of a WebSocket table: what a client may say, what it is answered, and what the server says by itself.

/**
 * What both ends of a socket agree on. It exists only as a type: the server's table carries it,
 * the client reads it from `typeof socket`, and no code is shared.
 *
 * On the wire a client says `{ "action": route, "id"?: string, …payload }`; the server answers
 * `{ "type": "answer", "to": id, "data": answer }` or `{ "error": { code, message, requestId }, "to"?: id }`,
 * and says by itself `{ "type": name, …frame }`.
 */
export interface SocketContract {
  /** Payload (without `action` and `id`) and answer of each message route. */
  readonly routes: { readonly [route: string]: { readonly payload: unknown; readonly answer: unknown } };
  /** Fields (without `type`) of each frame that the server sends by itself. */
  readonly frames: { readonly [type: string]: unknown };
}

/** Carries a contract as a type only; nothing is there at run time. */
export interface WithSocketContract<Contract extends SocketContract> {
  readonly "~contract"?: Contract;
}

/** The contract that a table carries. */
export type ContractOf<Table> =
  Table extends WithSocketContract<infer Contract extends SocketContract> ? Contract : never;
