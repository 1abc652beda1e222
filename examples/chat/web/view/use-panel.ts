// The panel with the people: a column where there is room for one, else a drawer over the conversation.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

/** A panel that a button opens and closes. */
export interface Panel {
  readonly isOpen: boolean;
  /** It lies over the rest, which is then out of reach. */
  readonly isOver: boolean;
  toggle(): void;
  /** Closes a drawer; focus goes back to where it came from. */
  close(): void;
}

const wide = "(min-width: 1080px)";

/** Open to begin with where it is a column. */
export function usePanel(): Panel {
  const [isWide, setWide] = useState(() => matchMedia(wide).matches);
  const [isOpen, setOpen] = useState(isWide);
  const cameFrom = useRef<Element | null>(null);
  useEffect(() => {
    const query = matchMedia(wide);
    const changed = (): void => {
      setWide(query.matches);
      setOpen(query.matches);
    };
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  const isOver = isOpen && !isWide;
  const close = useCallback((): void => {
    setOpen(false);
    const { current } = cameFrom;
    // after the rest is within reach again
    if (current instanceof HTMLElement) setTimeout(() => current.focus());
  }, []);
  useEffect(() => {
    if (!isOver) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [isOver, close]);
  return {
    isOpen,
    isOver,
    toggle() {
      cameFrom.current = document.activeElement;
      setOpen(!isOpen);
    },
    close,
  };
}
