// What the page may load and whom it may talk to: the Content-Security-Policy that it is served with.
import type { PageConfig } from "./config.ts";

/**
 * The page runs its own script and style sheet, and talks to the chat's servers; `files` are the origins of the bucket,
 * where uploads go to and pictures come from. Its one worker, which makes checksums, comes from a blob. Nothing else, and nobody may frame it.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export function securityPolicy({ http, websocket, signIn }: PageConfig, files: readonly string[]): string {
  const servers = [http, websocket, signIn.url].map((address) => new URL(address).origin);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "worker-src blob:",
    `img-src 'self' data: blob: ${files.join(" ")}`,
    `connect-src 'self' ${[...new Set([...servers, ...files])].join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
