// The chat's `send` and nothing else: events, who is signed in, registry, broadcaster.
import { broadcast, managementPoster } from "@gatewright/connections";
import { dynamoRegistry } from "@gatewright/connections/dynamodb";
import { websocketApi } from "@gatewright/events/websocket";
import { object, string } from "valibot";

const registry = dynamoRegistry({ table: process.env["CONNECTIONS_TABLE"] ?? "connections" });
const poster = managementPoster();

export const handler = websocketApi<{ auth: { userId: string; name: string } }>()
  .message(
    "send",
    { body: object({ room: string(), text: string() }) },
    async ({ connectionId, auth, body }) => {
      const frame = { type: "message", from: auth.userId, text: body.text };
      const tally = await broadcast({ registry, poster }, { room: body.room }, frame, {
        except: [connectionId],
      });
      return { delivered: tally.delivered };
    },
  )
  .handler();
