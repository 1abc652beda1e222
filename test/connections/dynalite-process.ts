// DynamoDB's protocol in a process of its own, so that its memory is not ours.
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

// dynalite has no types of its own
const dynalite = createRequire(import.meta.url)("dynalite") as (options: { createTableMs: number }) => Server;
const server = dynalite({ createTableMs: 0 });
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
