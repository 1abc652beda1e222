// The HTTP API: which rooms there are, what was said in them, and the way in and out for files.
import { httpApi, httpErrors, reply } from "@gatewright/events/http";
import { logged } from "@gatewright/observability";
import {
  integer,
  length,
  maxLength,
  maxValue,
  minLength,
  minValue,
  number,
  object,
  optional,
  pipe,
  string,
  toNumber,
} from "valibot";
import { isRoom, rooms, type SignedIn } from "./chat.ts";
import { after, before } from "./messages.ts";
import { explained } from "./file-problems.ts";
import { answerParts, linkTo, ticketFor } from "./files.ts";
import { peopleIn } from "./people.ts";
import { giveTicket } from "./tickets.ts";

const Place = pipe(string(), toNumber(), integer(), minValue(0));
const Paging = object({
  before: optional(Place),
  after: optional(Place),
  limit: optional(pipe(string(), toNumber(), integer(), minValue(1), maxValue(100)), "50"),
});
const NewUpload = object({
  filename: pipe(string(), minLength(1), maxLength(200)),
  contentType: pipe(string(), minLength(3), maxLength(100)),
  size: pipe(number(), integer(), minValue(1)),
  sha256: optional(pipe(string(), length(44))),
});

export const api = httpApi<{ auth: SignedIn }>()
  .route("GET /rooms", async () => ({
    rooms: await Promise.all(
      rooms.map(async ({ id, name, topic }) => ({ id, name, topic, people: (await peopleIn(id)).length })),
    ),
  }))
  .route("GET /rooms/{room}/messages", { query: Paging }, (request) => {
    const { room } = request.path;
    assertRoom(room);
    const { limit, ...from } = request.query;
    return from.after === undefined ? before(room, from.before, limit) : after(room, from.after, limit);
  })
  .route("POST /rooms/{room}/uploads", { body: NewUpload }, async (request) => {
    assertRoom(request.path.room);
    return reply(201, await explained(ticketFor(request.path.room, request.auth, request.body)));
  })
  .route("POST /tickets", async ({ auth, headers }) =>
    reply(201, await giveTicket(auth, headers.get("origin")), { "cache-control": "no-store" }),
  )
  .route("POST /rooms/{room}/uploads/parts", async (request) => {
    assertRoom(request.path.room);
    return explained(answerParts(request.path.room, request.auth, await request.body.json()));
  })
  .route("GET /rooms/{room}/files/{file}", async (request) => {
    assertRoom(request.path.room);
    return { url: await explained(linkTo(request.path.room, request.path.file)) };
  });

export const handler = api.handler().use(logged({ service: "chat" }));

function assertRoom(room: string): void {
  if (!isRoom(room)) throw httpErrors.notFound(`There is no room "${room}".`);
}
