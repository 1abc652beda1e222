// Express behind serverless-http.
import cors from "cors";
import express from "express";
import serverless from "serverless-http";
import { mistakes, origin, otherPaths, post, type NewMessage } from "../app.ts";

const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(cors({ origin, credentials: true }));
app.use(express.json());
app.post("/rooms/:room/messages", (request, response) => {
  const errors = mistakes(request.body);
  if (errors.length > 0) {
    response.status(400).json({ errors });
    return;
  }
  const notify = request.query["notify"] === "true";
  response.status(201).json(post(request.params.room, notify, request.body as NewMessage));
});
app.get("/health", (_request, response) => void response.json({ ok: true }));
for (const path of otherPaths)
  app.get(path.replaceAll(/\{(\w+)\}/g, ":$1"), (_request, response) => void response.json({ path }));
app.use((error: { status?: number }, _request: unknown, response: express.Response, _next: unknown) => {
  response.status(error.status ?? 500).json({ title: "Error" });
});

export const handler: unknown = serverless(app as never, { provider: "aws" } as never);
