// Functions that say what reached them: one line a request, with its path.

export async function any(event: { path?: string; rawPath?: string; body?: string | null }): Promise<object> {
  const path = event.path ?? event.rawPath ?? "";
  console.log(`reached ${JSON.stringify(path)}`);
  return { statusCode: 200, body: JSON.stringify({ path, length: event.body?.length ?? 0 }) };
}

export async function socket(): Promise<object> {
  return { statusCode: 200, body: "heard" };
}
