// What a caller is told of a file that cannot be taken or shown, in words for people.
import { HttpError } from "@gatewright/events/http";
import { failures } from "@gatewright/uploads/tickets";
import { largestFile } from "./chat.ts";

/** What is wrong with a file; `undefined` where it is not the caller's doing. */
export function problemOf(
  error: unknown,
): { readonly code: string; readonly status: number; readonly says: string } | undefined {
  if (!failures.is(error)) return undefined;
  const problem = problems[error.code];
  return problem && { code: error.code, ...problem };
}

/** What is wrong with a file is told to who called the HTTP API; anything else stays an error of ours. */
export async function explained<Value>(work: Promise<Value>): Promise<Value> {
  return work.catch((error: unknown) => {
    const problem = problemOf(error);
    throw problem ? new HttpError(problem.status, problem.says) : error;
  });
}

const gone = { status: 410, says: "The upload took too long, and is over. Send the file again." };

/** A failure's own message is for programmers, and names keys of the bucket. */
const problems: Readonly<Record<string, { readonly status: number; readonly says: string }>> = {
  TYPE_NOT_ALLOWED: { status: 415, says: "Files of this type cannot be shared here." },
  TOO_LARGE: {
    status: 413,
    says: `This file is too large: at most ${largestFile / 1_000_000} MB can be shared.`,
  },
  SIZE_INVALID: { status: 400, says: "This file is empty." },
  FILENAME_INVALID: { status: 400, says: "A file of this name cannot be shared. Give it another name." },
  CHECKSUM_INVALID: { status: 400, says: "The checksum of this file is none." },
  COMMAND_INVALID: { status: 400, says: "This cannot be asked of an upload." },
  ID_INVALID: { status: 404, says: "There is no such file." },
  TICKET_UNKNOWN: { status: 404, says: "There is no such file." },
  TICKET_EXPIRED: gone,
  NOT_ARRIVED: { status: 409, says: "The file has not arrived. Send it again." },
  PARTS_MISSING: { status: 409, says: "The file has not arrived in full. Send it again." },
  NOT_PROVEN: { status: 409, says: "Nobody has looked at this file yet." },
  NOT_AS_PROMISED: { status: 422, says: "The content of this file is not what its type says." },
  PROOF_RUNNING: { status: 503, says: "Somebody is looking at this file just now. Try again in a moment." },
};
