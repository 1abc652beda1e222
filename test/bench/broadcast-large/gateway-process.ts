// The local gateway's WebSocket API in a process of its own, and a crowd of sockets in the same: both are the far end.
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readServerless, startGateway } from "@gatewright/gateway";
import { WebSocket } from "ws";

const sockets = Number(process.argv[2]);
const folder = await mkdtemp(join(tmpdir(), "gatewright-bench-"));
await writeFile(
  join(folder, "serverless.yml"),
  `service: crowd
provider: { name: aws, runtime: nodejs24.x, region: us-east-1, stage: dev, websocketsApiRouteSelectionExpression: $request.body.action }
custom: { gatewright: { throttle: { rateLimit: 10000000, burstLimit: 10000000 }, connectThrottle: { rateLimit: 10000000, burstLimit: 10000000 } } }
functions:
  id: { handler: functions.handler, events: [{ websocket: { route: $default, routeResponseSelectionExpression: $default } }] }
`,
);
await writeFile(
  join(folder, "functions.mjs"),
  "export const handler = async ({ requestContext }) => ({ statusCode: 200, body: requestContext.connectionId });",
);
const gateway = await startGateway({ definition: await readServerless(join(folder, "serverless.yml")) });
const connectionIds: string[] = [];
const texts = new Map<string, number>();
for (let at = 0; at < sockets; at += 1) {
  const socket = new WebSocket(gateway.urls.websocket ?? "", { perMessageDeflate: false });
  await once(socket, "open");
  socket.send("{}");
  const [id] = (await once(socket, "message")) as [Buffer];
  connectionIds.push(id.toString());
  socket.on("message", (data: Buffer) => {
    const text = data.toString();
    texts.set(text, (texts.get(text) ?? 0) + 1);
  });
}
const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = gateway.environment;
const endpoint = (gateway.urls.websocket ?? "").replace(/^ws/, "http");
process.send?.({ endpoint, connectionIds, credentials: { accessKeyId, secretAccessKey } });
process.on("message", (text: string) =>
  process.send?.({ arrived: texts.get(text) ?? 0, cpu: process.cpuUsage() }),
);
process.on("disconnect", () => {
  void gateway
    .close()
    .then(() => rm(folder, { recursive: true, force: true }))
    .finally(() => process.exit(0));
});
