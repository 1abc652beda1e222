// JSON in which a key could reach a prototype: the parser of middy decides. Loaded for the first such text.
import jsonBodyParser from "@middy/http-json-body-parser";

interface ParserEvent {
  readonly headers: Readonly<Record<string, string>>;
  readonly isBase64Encoded: boolean;
  body: unknown;
}

const headers = { "content-type": "application/json" };
const parser = jsonBodyParser();

/**
 * Parses a text.
 *
 * @throws the parser's own error: with a `cause.message` for malformed JSON, without for a forbidden key.
 */
export async function parseWithGuard(text: string): Promise<unknown> {
  const event: ParserEvent = { headers, body: text, isBase64Encoded: false };
  // The parser reads these three fields of an event and replaces `body`; nothing else of a request is touched.
  await parser.before?.({ event } as never);
  return event.body;
}
