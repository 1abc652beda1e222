// A message as the client wrote it: its route, its id and what it says.
import type { WebsocketMessageEvent } from "@gatewright/contract";
import { parseJson } from "../json.ts";
import type { SocketView } from "./connection.ts";
import { findId } from "./find-id.ts";
import type { Selection } from "./selection.ts";
import { SocketError } from "./socket-error.ts";

/** Longest id that is sent back. */
const maxIdLength = 256;

/**
 * Reads a message into its view: `id`, and `body` without `id` and the field that names the route.
 *
 * Text that does not begin as a JSON object has no body; it can only reach the table's `otherwise`. What cannot be parsed
 * still gives its `id`, where that can be read, so that the error finds who asked.
 *
 * @returns the route that it names, if any.
 * @throws {SocketError} `BAD_ID` for an id that is not a string of at most 256 characters.
 * @throws {HttpError} 400 for a JSON object that is malformed, 422 for a key that is not allowed.
 */
export async function readMessage(
  view: SocketView<WebsocketMessageEvent>,
  selection: Selection,
): Promise<string | undefined> {
  const said = await parseObject(view);
  if (said === undefined) return undefined;
  const { id, ...body }: Record<string, unknown> = said;
  if (selection.field !== undefined) delete body[selection.field];
  view.body = body;
  if (id !== undefined && (typeof id !== "string" || id.length > maxIdLength)) {
    throw new SocketError(
      "BAD_ID",
      `The id of a message must be a string of at most ${maxIdLength} characters.`,
    );
  }
  view.id = id;
  return selection.routeOf(said);
}

async function parseObject(
  view: SocketView<WebsocketMessageEvent>,
): Promise<Record<string, unknown> | undefined> {
  const { text } = view;
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return (await parseJson(text)) as Record<string, unknown>; // JSON that begins with a brace is an object
  } catch (error) {
    const id = findId(text);
    if (id !== undefined && id.length <= maxIdLength) view.id = id;
    throw error;
  }
}
