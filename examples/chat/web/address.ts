// The open room in the page's address, so that a reload, a bookmark and the back button know it.
import { useEffect, useState } from "preact/hooks";

/** A link to a room. */
export function hrefOf(room: string): string {
  return `#${encodeURIComponent(room)}`;
}

/** The room that the address names; `undefined` where it names none. */
export function readAddress(): string | undefined {
  const text = location.hash.slice(1);
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return undefined; // not ours: a broken escape
  }
}

/** The room in the address, in a component that is drawn again when it changes. */
export function useAddress(): string | undefined {
  const [room, setRoom] = useState(readAddress);
  useEffect(() => {
    const changed = (): void => setRoom(readAddress());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return room;
}
