// The bucket says that a file has come into the quarantine: it is proven, whether or not the page is still there to ask.
import { uploadTo, type EventTally, type S3Event } from "@gatewright/uploads";
import { allRooms, uploadOptions } from "./upload-options.ts";

const uploads = uploadTo(uploadOptions(allRooms));

/** Acts upon S3's events; what is done already is passed over. */
export function handler(event: S3Event): Promise<EventTally> {
  return uploads.receiveEvent(event);
}
