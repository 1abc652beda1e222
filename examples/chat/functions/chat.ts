// What the chat is about: rooms, people, messages, and the frames that the server sends by itself.

/** Who is signed in, as the authorizer says. */
export interface ChatUser {
  readonly userId: string;
  readonly name: string;
}

/** What the authorizer tells the socket: who it is, and until when. */
export interface SignedIn extends ChatUser {
  /** When the token ends, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Whom a connect ticket stands for, in the words of the token that it was given for. */
export type TicketFor = Readonly<{ sub: string; username: string; exp: number }>;

/** Something dropped into a room. */
export interface ChatFile {
  /** For `GET /rooms/{room}/files/{file}`. */
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

/** A message as everybody in the room sees it. */
export interface ChatMessage {
  readonly room: string;
  /** Place in the room, from 1. A number may stay unused. */
  readonly seq: number;
  /** Made by the sender; the same message sent twice keeps its place. */
  readonly id: string;
  readonly from: ChatUser;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly text?: string;
  readonly file?: ChatFile;
}

/** What the server says by itself, by `type`. */
export interface ServerFrames {
  readonly message: ChatMessage;
  readonly presence: { readonly room: string; readonly user: ChatUser; readonly here: boolean };
  readonly typing: { readonly room: string; readonly user: ChatUser };
}

export interface Room {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
}

/** The rooms that there are. */
export const rooms: readonly Room[] = [
  { id: "lobby", name: "Lobby", topic: "Say hello" },
  { id: "workshop", name: "Workshop", topic: "What are you building?" },
  { id: "garden", name: "Garden", topic: "Anything but work" },
];

/** Whether there is such a room. */
export function isRoom(id: string): boolean {
  return rooms.some((room) => room.id === id);
}

/** Longest text of a message, in characters. */
export const longestText = 4_000;

/** Largest file, in bytes. */
export const largestFile = 200_000_000;

/** Bytes of the largest file that is sent whole. Larger ones go in parts: they can pause, and outlive a load of the page. */
export const wholeAtMost = 16_000_000;
