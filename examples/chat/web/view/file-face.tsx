// A file's face: its kind, its name, and a line about it.
import type { ComponentChildren, JSX } from "preact";
import { Icon } from "./icons.tsx";

/** The kind is the end of its name, where that is short. */
export function FileFace({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const kind = /\.([a-z0-9]{1,4})$/i.exec(name)?.[1];
  return (
    <>
      <span class="kind" aria-hidden="true">
        {kind === undefined ? <Icon name="file" /> : kind.toUpperCase()}
      </span>
      <span class="about">
        <span class="name" title={name}>
          {name}
        </span>
        <span class="detail">{children}</span>
      </span>
    </>
  );
}
