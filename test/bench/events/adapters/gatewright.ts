// gatewright: thirty routes, a schema, CORS and problem documents of @gatewright/events.
import { httpApi, reply } from "@gatewright/events/http";
import {
  findIssues,
  health,
  pageOrigin,
  post,
  routes,
  type Handler,
  type NewMessage,
} from "../application.ts";

interface MessageSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => { readonly value: NewMessage } | { readonly issues: readonly Issue[] };
    readonly types?: { readonly input: unknown; readonly output: NewMessage };
  };
}
type Issue = ReturnType<typeof findIssues>[number];

/** What any schema library would offer, around the check that every adapter has. */
const newMessage: MessageSchema = {
  "~standard": {
    version: 1,
    vendor: "by hand",
    validate(value) {
      const issues = findIssues(value);
      return issues.length > 0 ? { issues } : { value: value as NewMessage }; // nothing is wrong with it
    },
  },
};

const api = httpApi({ cors: { origins: [pageOrigin], credentials: true } })
  .route("GET /health", () => health())
  .route("POST /rooms/{room}/messages", { body: newMessage }, (request) =>
    reply(201, post(request.path.room, request.body, request.query["notify"] === "true")),
  );
for (const route of routes) {
  if (route !== "GET /health" && route !== "POST /rooms/{room}/messages") api.route(route, () => reply(501));
}
const answer = api.handler();

export const handler: Handler = async (event, context) => answer(event, context);
