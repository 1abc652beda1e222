// The link to a file of the room, asked for when the file comes near the screen.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ChatFile } from "../../functions/chat.ts";
import { inWords } from "../api.ts";
import { useView } from "./context.ts";

/** A link that may not be there yet. */
export interface FileLink {
  /** For the element that stands for the file. */
  readonly near: (element: HTMLElement | null) => void;
  readonly url: string | undefined;
  readonly problem: string | undefined;
  /** Sees to it that the link is good; `fresh` asks for another one in any case. */
  readonly renew: (fresh: boolean) => void;
}

/** Links end after an hour: `renew` on the way to a click costs nothing while the link is good. */
export function useFileLink({ room, file }: { readonly room: string; readonly file: ChatFile }): FileLink {
  const { chat } = useView();
  const element = useRef<HTMLElement | null>(null);
  const near = useCallback((now: HTMLElement | null): void => void (element.current = now), []);
  const [url, setUrl] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const renew = useCallback(
    (fresh: boolean): void => {
      if (fresh) setProblem(undefined);
      chat.fileUrl(room, file.id, fresh).then(setUrl, (error: unknown) => setProblem(inWords(error)));
    },
    [chat, room, file.id],
  );
  useEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const observer = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        renew(false);
      },
      { root: current.closest(".log"), rootMargin: "600px 0px" },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, [renew]);
  return { near, url, problem, renew };
}
