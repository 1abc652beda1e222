// Choosing files to share.
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useView } from "./context.ts";
import { Icon } from "./icons.tsx";

/**
 * A button before the browser's own field for files, which no one can make look like a button.
 *
 * With `again` it asks for one file by its name: a page that was loaded anew has lost its hold on it.
 */
export function FileButton({ again }: { readonly again?: string }): JSX.Element {
  const { chat } = useView();
  const field = useRef<HTMLInputElement>(null);
  const isNew = again === undefined;
  return (
    <>
      <button
        type="button"
        class="quiet"
        onClick={() => field.current?.click()}
        aria-label={isNew ? "Add a file" : `Choose ${again} again`}
        title={isNew ? "Add a file" : "Choose the file again"}
      >
        <Icon name="clip" />
      </button>
      <input
        ref={field}
        class="unseen"
        type="file"
        multiple={isNew}
        tabIndex={-1}
        aria-hidden="true"
        data-choose-again={again}
        onChange={({ currentTarget }) => {
          chat.drop([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </>
  );
}
