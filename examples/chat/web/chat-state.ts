// What the page knows of the chat at a moment.
import type { SocketState } from "@gatewright/client";
import type { ChatMessage, ChatUser } from "../functions/chat.ts";
import type { BusyRoom } from "./api.ts";

/** A file of this user that is not in the room yet. */
export interface OutgoingFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** An object URL of the picture, where it is one. */
  readonly preview?: string;
}

/** A message of this user that has no place in the room yet. */
export interface Outgoing {
  /** The message's own id; sending it again keeps it. */
  readonly key: string;
  readonly room: string;
  readonly text?: string;
  readonly file?: OutgoingFile;
  /** Bytes sent, for files. */
  readonly sent?: number;
  /** Its file is in the bucket, and somebody is looking at it. */
  readonly isThere?: boolean;
  /** The user has its file wait. */
  readonly isPaused?: boolean;
  /** Its file had begun when the page was loaded anew, and has to be chosen again to go on. */
  readonly isLost?: boolean;
  /** Why it did not go out; the user can try again, unless it is hopeless. */
  readonly problem?: string;
  readonly isHopeless?: boolean;
}

/** Everything that is shown. */
export interface ChatState {
  readonly connection: SocketState;
  readonly rooms: readonly BusyRoom[];
  /** The open room. */
  readonly room: string | undefined;
  /** Of the open room, in order. */
  readonly messages: readonly ChatMessage[];
  /** Whether there are earlier ones. */
  readonly earlier: boolean;
  readonly loading: boolean;
  readonly people: readonly ChatUser[];
  /** Who is typing, and until when to say so. */
  readonly typing: readonly { readonly user: ChatUser; readonly until: number }[];
  readonly outgoing: readonly Outgoing[];
  /** Something went wrong that the user should know. */
  readonly problem: string | undefined;
}

/** Before anything is known. */
export const nothingYet: ChatState = {
  connection: "connecting",
  rooms: [],
  room: undefined,
  messages: [],
  earlier: false,
  loading: true,
  people: [],
  typing: [],
  outgoing: [],
  problem: undefined,
};
