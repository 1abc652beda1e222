// What every part of the chat's screen may ask for.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ChatFile, ChatUser } from "../../functions/chat.ts";
import type { Chat } from "../chat.ts";

/** A picture in full size. */
export interface ShownPicture {
  readonly url: string;
  readonly file: ChatFile;
}

/** The chat, who looks at it, and what can be shown over it. */
export interface View {
  readonly chat: Chat;
  readonly me: ChatUser;
  readonly showPicture: (picture: ShownPicture) => void;
}

export const ViewContext = createContext<View | undefined>(undefined);

/** The view around a component. */
export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("This part of the page stands outside a ChatScreen.");
  return view;
}
