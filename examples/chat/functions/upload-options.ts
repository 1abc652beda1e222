// Which files may be dropped into rooms, where they go, and what remembers them: the same for all functions that touch files.
import { dynamoTickets } from "@gatewright/uploads/dynamodb";
import type { UploadOptions } from "@gatewright/uploads/tickets";
import { largestFile, wholeAtMost } from "./chat.ts";
import { setting } from "./settings.ts";

const tickets = dynamoTickets({ table: setting("TICKETS_TABLE") });

/** All rooms lie below it, each in a folder of its own. */
export const allRooms = "rooms";

/** Each room has its own prefix, so that an id of one room is not good for another. */
export function uploadOptions(prefix: string, size = 0): UploadOptions {
  return {
    bucket: setting("UPLOADS_BUCKET"),
    prefix,
    rules: {
      maxBytes: largestFile,
      types: ["image/*", "video/*", "audio/*", "text/*", "application/*"],
    },
    method: size > wholeAtMost ? "parts" : "post",
    proof: { tickets },
  };
}
