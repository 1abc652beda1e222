// A person as a coloured circle with initials.
import type { JSX } from "preact";
import type { ChatUser } from "../../functions/chat.ts";
import { toHue, toInitials } from "../words.ts";

/** The same colour for the same person, wherever it is shown. */
export function Avatar({ user }: { readonly user: ChatUser }): JSX.Element {
  return (
    <span
      class="avatar"
      style={{ "--hue": String(toHue(user.userId)) }}
      data-initials={toInitials(user.name)}
      aria-hidden="true"
    />
  );
}
