// Which of the offered subprotocols to answer when one of them is a token.

/**
 * Picks the subprotocol to answer in `$connect`: the first that is offered and supported, and never the token.
 *
 * A browser closes a socket whose offer was not answered, and answering the token would put it into a response header.
 *
 * @param offered the `Sec-WebSocket-Protocol` header, as sent.
 * @returns `undefined` where nothing fits: answer without the header, or refuse.
 *
 * @example
 * chooseSubprotocol("chat.v1, bearer.eyJhb…", ["chat.v1"]); // "chat.v1"
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.2.2
 */
export function chooseSubprotocol(
  offered: string | undefined,
  supported: readonly string[],
): string | undefined {
  const names = (offered ?? "").split(",").map((name) => name.trim());
  return names.find((name) => supported.includes(name));
}
