// Fastify behind its own Lambda adapter, with its own validation.
import awsLambdaFastify from "@fastify/aws-lambda";
import cors from "@fastify/cors";
import { fastify } from "fastify";
import { mistakes, origin, otherPaths, post, type NewMessage } from "../app.ts";

const app = fastify({ logger: false });
void app.register(cors, { origin, credentials: true });
void app.register(async (scope) => {
  scope.post<{ Params: { room: string }; Querystring: { notify?: string }; Body: NewMessage }>(
    "/rooms/:room/messages",
    async (request, reply) => {
      const errors = mistakes(request.body);
      if (errors.length > 0) return reply.code(400).send({ errors });
      return reply.code(201).send(post(request.params.room, request.query.notify === "true", request.body));
    },
  );
  scope.get("/health", async () => ({ ok: true }));
  for (const path of otherPaths) scope.get(path.replaceAll(/\{(\w+)\}/g, ":$1"), async () => ({ path }));
});
const proxy = awsLambdaFastify(app);

export const handler = (event: unknown, context: unknown): unknown => proxy(event, context as never);
