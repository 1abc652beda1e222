// Uploads in parts that have begun, kept for this tab: after the page was loaded anew, a file goes on where it was.
import type { PartsTicket } from "@gatewright/uploads/client";

/** An upload that has begun. */
export interface KeptUpload {
  /** Of its message. */
  readonly key: string;
  readonly room: string;
  readonly ticket: PartsTicket;
  readonly name: string;
  readonly contentType: string;
  /** Tells the same file when it is chosen again; its bytes are held against what was sent. */
  readonly lastModified: number;
  /** Whether the file is there and proven, and only its message has not been sent. */
  readonly isProven?: boolean;
}

/** Uploads that are kept. */
export interface KeptUploads {
  /** In the order in which they began. */
  all(): readonly KeptUpload[];
  find(key: string): KeptUpload | undefined;
  keep(upload: KeptUpload): void;
  /** Forgets the upload of a message, if there is one. */
  forget(key: string): void;
}

const place = "chat.uploads";

/** Keeps uploads in a storage: that of the tab ends with the tab, and when its user signs out. */
export function createKeptUploads(storage: Pick<Storage, "getItem" | "setItem" | "removeItem">): KeptUploads {
  const all = (): readonly KeptUpload[] => JSON.parse(storage.getItem(place) ?? "[]") as KeptUpload[]; // only `write` writes it
  const others = (key: string): readonly KeptUpload[] => all().filter((each) => each.key !== key);
  const write = (uploads: readonly KeptUpload[]): void => {
    if (uploads.length === 0) storage.removeItem(place);
    else storage.setItem(place, JSON.stringify(uploads));
  };
  return {
    all,
    find: (key) => all().find((each) => each.key === key),
    keep: (upload) => write([...others(upload.key), upload]),
    forget: (key) => write(others(key)),
  };
}
