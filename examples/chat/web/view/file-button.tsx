// Choosing files to share.
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useView } from "./context.ts";
import { Icon } from "./icons.tsx";

/** A button before the browser's own field for files, which no one can make look like a button. */
export function FileButton(): JSX.Element {
  const { chat } = useView();
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="quiet"
        onClick={() => field.current?.click()}
        aria-label="Add a file"
        title="Add a file"
      >
        <Icon name="clip" />
      </button>
      <input
        ref={field}
        class="unseen"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={({ currentTarget }) => {
          chat.drop([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </>
  );
}
