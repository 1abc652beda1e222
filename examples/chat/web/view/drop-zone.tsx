// Files that are dragged over the conversation and let go.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useView } from "./context.ts";
import { Icon } from "./icons.tsx";

/** Takes files anywhere on it; a file that is let go beside it does not make the browser leave the page. */
export function DropZone({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { chat } = useView();
  const [isOver, setOver] = useState(false);
  const depth = useRef(0);
  useEffect(() => {
    const refuse = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault();
    };
    addEventListener("dragover", refuse);
    addEventListener("drop", refuse);
    return () => {
      removeEventListener("dragover", refuse);
      removeEventListener("drop", refuse);
    };
  }, []);
  // entering a child is told before leaving its parent: only the count knows
  const move = (by: 1 | -1) => (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    depth.current += by;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent): void => {
    depth.current = 0;
    setOver(false);
    if (!carriesFiles(event)) return;
    event.preventDefault();
    chat.drop(filesOf(event));
  };
  return (
    <div class="drop-zone" onDragEnter={move(1)} onDragLeave={move(-1)} onDrop={drop}>
      {children}
      {isOver && (
        <div class="drop-here">
          <p>
            <Icon name="download" />
            Drop to share in {name}
          </p>
        </div>
      )}
    </div>
  );
}

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

/** Folders are left out: a browser gives them as files without content. */
function filesOf({ dataTransfer }: DragEvent): readonly File[] {
  const items = [...(dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
  if (items.length === 0) return [...(dataTransfer?.files ?? [])];
  return items
    .filter((item) => !item.webkitGetAsEntry()?.isDirectory)
    .map((item) => item.getAsFile())
    .filter((file) => file !== null);
}
