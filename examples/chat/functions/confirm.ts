// The page says that its file has arrived: the bucket is asked, the first bytes are looked at, and the file leaves the quarantine.
import { httpApi, httpErrors } from "@gatewright/events/http";
import { logged } from "@gatewright/observability";
import { uploadTo } from "@gatewright/uploads";
import { isRoom, type ChatUser } from "./chat.ts";
import { explained } from "./file-problems.ts";
import { folderOf, toFile } from "./files.ts";
import { uploadOptions } from "./upload-options.ts";

const api = httpApi<{ auth: ChatUser }>().route("POST /rooms/{room}/files/{file}", async (request) => {
  const { room, file } = request.path;
  if (!isRoom(room)) throw httpErrors.notFound(`There is no room "${room}".`);
  const proof = await explained(uploadTo(uploadOptions(folderOf(room))).confirm(file));
  return explained(Promise.resolve().then(() => toFile(proof, room, request.auth)));
});

export const handler = api.handler().use(logged({ service: "chat" }));
