// How high the page may be: where a keyboard lies over it (iOS), the composer stays above the keyboard.
import { useEffect } from "preact/hooks";

/** Keeps `--viewport` of the document at the height that can be seen. */
export function useViewport(): void {
  useEffect(() => {
    const { visualViewport: viewport } = globalThis;
    if (!viewport) return undefined;
    const { style } = document.documentElement;
    const fit = (): void => {
      // a page that is zoomed in with two fingers keeps its size
      if (viewport.scale > 1.01) return;
      style.setProperty("--viewport", `${viewport.height}px`);
      if (viewport.offsetTop > 0) scrollTo(0, 0);
    };
    fit();
    viewport.addEventListener("resize", fit);
    viewport.addEventListener("scroll", fit);
    return () => {
      viewport.removeEventListener("resize", fit);
      viewport.removeEventListener("scroll", fit);
    };
  }, []);
}
