// GET /statistics: how busy each room is, for a dashboard that holds an API key.
import { httpApi } from "@gatewright/events/http";
import { logged } from "@gatewright/observability";
import { rooms, type ChatUser } from "./chat.ts";
import { lastPlace } from "./messages.ts";
import { peopleIn } from "./people.ts";

export const api = httpApi<{ auth: ChatUser }>().route("GET /statistics", async () => ({
  rooms: await Promise.all(
    rooms.map(async ({ id, name }) => ({
      id,
      name,
      messages: await lastPlace(id),
      people: (await peopleIn(id)).length,
    })),
  ),
}));

export const handler = api.handler().use(logged({ service: "chat" }));
