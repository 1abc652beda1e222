// A file in parts: some at once, each signed when its turn comes, and after a reload only those that are missing.
import type { PartsAnswer, PartsCommand } from "../parts-command.ts";
import type { PartsTicket } from "../ticket.ts";
import { type Hasher, startHasher } from "./checksum.ts";
import type { Pace } from "./pace.ts";
import { send } from "./send.ts";
import { UploadError } from "./upload-error.ts";

/** Asks your server, which passes the command to `uploads.answerParts` and answers with what that gives. */
export type Ask = (command: PartsCommand) => Promise<PartsAnswer>;

/** What a file in parts is sent with. */
export interface PartsRun {
  readonly ask: Ask;
  readonly parallel: number;
  readonly pace: Pace;
  readonly onProgress: (part: number) => void;
}

/** Sends what S3 does not have yet, and completes the file. */
export async function sendParts(ticket: PartsTicket, file: Blob, run: PartsRun): Promise<void> {
  if (file.size !== ticket.size) throw otherFile();
  const hasher = startHasher();
  try {
    await sendMissing(ticket, file, { ...run, hasher });
    await run.pace.keepTrying(() => run.ask({ do: "complete", id: ticket.id }));
  } finally {
    hasher.close();
  }
}

type Working = PartsRun & { readonly hasher: Hasher };

async function sendMissing(ticket: PartsTicket, file: Blob, run: Working): Promise<void> {
  const { id, partSize, size } = ticket;
  const { stored = [] } = await run.pace.keepTrying(() => run.ask({ do: "list", id }));
  const sent = new Map<number, number>();
  for (const part of stored) {
    if (
      part.checksum !== undefined &&
      part.checksum !== (await run.hasher.hash(slice(ticket, file, part.number)))
    ) {
      throw otherFile();
    }
    sent.set(part.number, part.size);
  }
  const tell = (number: number, bytes: number) => {
    sent.set(number, bytes);
    run.onProgress(Math.min(1, [...sent.values()].reduce((sum, each) => sum + each, 0) / size));
  };
  const missing = Array.from({ length: Math.ceil(size / partSize) }, (_, index) => index + 1).filter(
    (number) => !sent.has(number),
  );
  if (stored.length > 0) tell(0, 0);
  const lane = async () => {
    for (let number = missing.shift(); number !== undefined; number = missing.shift()) {
      await sendPart(number, { ticket, file, run, tell });
    }
  };
  await Promise.all(Array.from({ length: run.parallel }, lane));
}

async function sendPart(
  number: number,
  at: {
    readonly ticket: PartsTicket;
    readonly file: Blob;
    readonly run: Working;
    readonly tell: (number: number, bytes: number) => void;
  },
): Promise<void> {
  const { ticket, run, tell } = at;
  const body = slice(ticket, at.file, number);
  const checksum = ticket.checksums ? { checksum: await run.hasher.hash(body) } : {};
  await run.pace.keepTrying(async (signal) => {
    tell(number, 0);
    const { signed = [] } = await run.ask({ do: "sign", id: ticket.id, parts: [{ number, ...checksum }] });
    const [part] = signed;
    if (!part) throw new UploadError("EXPIRED", 403, "The upload is over.");
    try {
      await send({ method: "PUT", ...part, body, expiresAt: 0 }, signal, (loaded) => tell(number, loaded));
    } catch (error) {
      tell(number, 0); // of a part that broke off S3 keeps nothing
      throw error instanceof UploadError && error.code === "EXPIRED"
        ? new UploadError("SIGN_AGAIN", 403, error.message)
        : error;
    }
    tell(number, body.size);
  });
}

function slice({ partSize }: PartsTicket, file: Blob, number: number): Blob {
  return file.slice((number - 1) * partSize, number * partSize);
}

function otherFile(): UploadError {
  return new UploadError("OTHER_FILE", 0, "This is not the file that the ticket is for.");
}
