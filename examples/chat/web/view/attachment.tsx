// Something that was dropped into the room: pictures are shown, everything else can be fetched.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ChatFile } from "../../functions/chat.ts";
import { isPicture } from "../held-file.ts";
import { toSize } from "../words.ts";
import { useView } from "./context.ts";
import { FileFace } from "./file-face.tsx";
import { Icon } from "./icons.tsx";
import { useFileLink, type FileLink } from "./use-file-link.ts";

interface OfRoom {
  readonly room: string;
  readonly file: ChatFile;
}

/** A picture or a card. */
export function Attachment(props: OfRoom): JSX.Element {
  const [failed, setFailed] = useState(false);
  const link = useFileLink(props);
  const showsPicture = isPicture(props.file) && !failed;
  return showsPicture ? (
    <Picture file={props.file} link={link} onFail={() => setFailed(true)} />
  ) : (
    <Card file={props.file} link={link} />
  );
}

/** Its place is kept from the start; a click shows it in full, a middle click opens the file itself. */
function Picture({
  file,
  link,
  onFail,
}: {
  readonly file: ChatFile;
  readonly link: FileLink;
  readonly onFail: () => void;
}): JSX.Element {
  const { showPicture } = useView();
  const [isThere, setThere] = useState(false);
  const [isSmall, setSmall] = useState(false);
  const [triedAgain, setTriedAgain] = useState(false);
  const { url } = link;
  const open = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (url !== undefined) showPicture({ url, file });
  };
  const loaded = ({ currentTarget }: { readonly currentTarget: HTMLImageElement }): void => {
    setSmall(currentTarget.naturalHeight < currentTarget.height);
    setThere(true);
  };
  const failed = (): void => {
    if (triedAgain) return onFail();
    setTriedAgain(true);
    link.renew(true);
  };
  return (
    <figure class={`picture ${isThere ? "there" : ""} ${isSmall ? "small-one" : ""}`} ref={link.near}>
      <a {...(url !== undefined && { href: url })} onClick={open} title="Show in full" aria-busy={!isThere}>
        {url === undefined ? (
          <span class="unseen">{file.name}</span>
        ) : (
          <img src={url} alt={file.name} decoding="async" onLoad={loaded} onError={failed} />
        )}
      </a>
      <figcaption>
        {file.name} <span>{toSize(file.size)}</span>
      </figcaption>
    </figure>
  );
}

function Card({ file, link }: { readonly file: ChatFile; readonly link: FileLink }): JSX.Element {
  const renew = (): void => link.renew(false);
  return (
    <div class="file" ref={link.near}>
      <FileFace name={file.name}>
        {link.problem === undefined ? toSize(file.size) : <span class="problem">{link.problem}</span>}
      </FileFace>
      {link.problem === undefined ? (
        <a
          class="quiet"
          {...(link.url === undefined ? { role: "link", "aria-disabled": true } : { href: link.url })}
          download={file.name}
          aria-label={`Download ${file.name}, ${toSize(file.size)}`}
          title="Download"
          onPointerEnter={renew}
          onFocus={renew}
        >
          <Icon name="download" />
        </a>
      ) : (
        <button
          type="button"
          class="quiet"
          onClick={() => link.renew(true)}
          aria-label="Try again"
          title="Try again"
        >
          <Icon name="again" />
        </button>
      )}
    </div>
  );
}
