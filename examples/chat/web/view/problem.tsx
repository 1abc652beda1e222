// Something went wrong that the user should know.
import type { JSX } from "preact";
import { Icon } from "./icons.tsx";

/** A line that can be put away. */
export function Problem({
  says,
  onDismiss,
}: {
  readonly says: string | undefined;
  readonly onDismiss: () => void;
}): JSX.Element {
  return (
    <div class="trouble" role="alert">
      {says !== undefined && (
        <p>
          <Icon name="alert" />
          <span>{says}</span>
          <button type="button" class="quiet" onClick={onDismiss} aria-label="Dismiss">
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}
