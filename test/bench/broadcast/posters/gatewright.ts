// gatewright: the broadcaster with its poster, over a registry in memory.
import { broadcast, managementPoster, memoryRegistry } from "@gatewright/connections";
import type { StartPoster } from "../poster.ts";

export const start: StartPoster = async ({ endpoint, connectionIds }) => {
  const registry = memoryRegistry();
  for (const connectionId of connectionIds) {
    await registry.connect({ connectionId, endpoint, userId: "ada" });
    await registry.join(connectionId, "lobby");
  }
  const poster = managementPoster();
  return async (text) => {
    const { delivered } = await broadcast({ registry, poster }, { room: "lobby" }, text);
    if (delivered !== connectionIds.length) throw new Error(`Only ${delivered} were delivered.`);
  };
};
