// How the connection is, where it is not as it should be.
import type { SocketState } from "@gatewright/client";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "./icons.tsx";

/** Says nothing while all is well; it stays in the page, so that a screen reader hears what it begins to say. */
export function Banner({ connection }: { readonly connection: SocketState }): JSX.Element {
  // between two tries it is "connecting" for a moment, which is no news to anybody
  const hasFallen = useRef(false);
  if (connection === "waiting") hasFallen.current = true;
  if (connection === "open") hasFallen.current = false;
  const isConnecting = connection === "connecting" && !hasFallen.current;
  return (
    <div class="banner" role="status">
      {isConnecting && <p class="calm">Connecting…</p>}
      {hasFallen.current && (
        <p>
          <Icon name="cloud" />
          <span>
            <strong>You are offline.</strong> What you write now is sent when the connection is back.
          </span>
        </p>
      )}
    </div>
  );
}
