// Who is signed in: refresh tokens, which outlive the issuer's process. Kept as hashes, so that the file lets nobody in.
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { failures } from "../failures.ts";
import { readIfThere, writeWhole } from "../private-file.ts";

/** One sign-in, as long as its refresh token can be used. */
export interface Session {
  readonly poolId: string;
  readonly clientId: string;
  readonly username: string;
  /** What all tokens of this sign-in name in `origin_jti`. */
  readonly originJti: string;
  /** Seconds. */
  readonly authTime: number;
  /** Seconds. */
  readonly expiresAt: number;
  readonly revoked?: true;
}

/** The sign-ins of one data folder. */
export interface Sessions {
  /** Keeps a sign-in and gives its refresh token, which is nowhere else. */
  open(session: Session): Promise<string>;
  find(refreshToken: string): Session | undefined;
  isRevoked(originJti: unknown): boolean;
  /** Ends the sign-ins that `which` names. They are on disk when it resolves. */
  revoke(which: (session: Session) => boolean): Promise<void>;
  /** Resolves when everything is on disk. */
  settle(): Promise<void>;
}

/** @throws `ISSUER_FILE_UNREADABLE`, `DATA_FOLDER_UNREADABLE`. */
export async function openSessions(folder: string, nowSeconds: () => number): Promise<Sessions> {
  const file = join(folder, "refresh-tokens.json");
  const byHash = await readSessions(file);
  let writing: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    for (const [hash, { expiresAt }] of byHash) if (expiresAt <= nowSeconds()) byHash.delete(hash);
    const text = JSON.stringify(Object.fromEntries(byHash));
    return (writing = writing.catch(() => {}).then(() => writeWhole(file, text))); // one failed write does not stop the next
  };
  return {
    async open(session) {
      const token = randomBytes(48).toString("base64url");
      byHash.set(hashOf(token), session);
      await save();
      return token;
    },
    find: (refreshToken) => byHash.get(hashOf(refreshToken)),
    isRevoked: (originJti) =>
      [...byHash.values()].some((each) => each.originJti === originJti && each.revoked),
    async revoke(which) {
      for (const [hash, session] of byHash)
        if (which(session)) byHash.set(hash, { ...session, revoked: true });
      await save();
    },
    settle: () => writing,
  };
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

async function readSessions(file: string): Promise<Map<string, Session>> {
  const text = await readIfThere(file);
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, Session>)); // what `save` wrote
  } catch (cause) {
    throw failures.create("ISSUER_FILE_UNREADABLE", { file }, { cause });
  }
}
