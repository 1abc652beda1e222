// Who is signed in, and the way out.
import type { JSX } from "preact";
import { toPersonName } from "../words.ts";
import { Avatar } from "./avatar.tsx";
import { useView } from "./context.ts";
import { Icon } from "./icons.tsx";

/** The user's own corner. */
export function UserCorner({ onSignOut }: { readonly onSignOut: () => void }): JSX.Element {
  const { me } = useView();
  return (
    <div class="corner">
      <Avatar user={me} />
      <span class="name">{toPersonName(me.name)}</span>
      <button type="button" class="quiet" onClick={onSignOut} aria-label="Sign out" title="Sign out">
        <Icon name="leave" />
      </button>
    </div>
  );
}
