// A picture in full, over everything.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { toSize } from "../words.ts";
import type { ShownPicture } from "./context.ts";
import { Icon } from "./icons.tsx";

/** The browser's own dialog: it holds the focus, Escape closes it, and the focus goes back. */
export function PictureDialog({
  picture,
  onClose,
}: {
  readonly picture: ShownPicture;
  readonly onClose: () => void;
}): JSX.Element {
  const { url, file } = picture;
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = (): void => dialog.current?.close();
  return (
    <dialog class="full" ref={dialog} aria-label={file.name} onClose={onClose} onClick={close}>
      <img src={url} alt={file.name} />
      <div class="full-foot" onClick={(event) => event.stopPropagation()}>
        <p>
          <span class="name">{file.name}</span> <span>{toSize(file.size)}</span>
        </p>
        <a class="quiet" href={url} download={file.name} aria-label={`Download ${file.name}`}>
          <Icon name="download" />
        </a>
        <button type="button" class="quiet" onClick={close} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
    </dialog>
  );
}
