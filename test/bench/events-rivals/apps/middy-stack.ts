// Middy's own middlewares for what the app needs.
import middy, { type MiddlewareObj } from "@middy/core";
import httpCors from "@middy/http-cors";
import httpErrorHandler from "@middy/http-error-handler";
import httpHeaderNormalizer from "@middy/http-header-normalizer";
import jsonBodyParser from "@middy/http-json-body-parser";
import responseSerializer from "@middy/http-response-serializer";
import httpRouter from "@middy/http-router";
import validator from "@middy/validator";
import { origin, otherPaths, post, validateEvent, type NewMessage } from "../app.ts";

interface RoutedEvent {
  readonly pathParameters: { readonly room: string };
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  readonly body: NewMessage;
}

const posting = middy()
  .use([jsonBodyParser(), validator({ eventSchema: validateEvent as never })] as MiddlewareObj[])
  .handler((async (event: RoutedEvent) => ({
    statusCode: 201,
    body: post(event.pathParameters.room, event.queryStringParameters?.["notify"] === "true", event.body),
  })) as never);

const routes = [
  { method: "POST", path: "/rooms/{room}/messages", handler: posting },
  { method: "GET", path: "/health", handler: async () => ({ statusCode: 200, body: { ok: true } }) },
  ...otherPaths.map((path) => ({
    method: "GET",
    path,
    handler: async () => ({ statusCode: 200, body: { path } }),
  })),
];

const json = {
  regex: /^application\/(.+\+)?json$/,
  serializer: ({ body }: { body?: unknown }) => JSON.stringify(body),
};

const middlewares = [
  httpHeaderNormalizer(),
  httpCors({ origin, credentials: true }),
  responseSerializer({ serializers: [json], defaultContentType: "application/json" }),
  httpErrorHandler({ logger: false }),
] as MiddlewareObj[]; // their types do not meet in one list

export const handler: unknown = middy()
  .use(middlewares)
  .handler(httpRouter(routes as never) as never);
