// The story's functions: one entrance, who came through it, tickets, and a socket.
import {
  allow,
  apiKey,
  authorizer,
  chooseSubprotocol,
  cognito,
  deny,
  fromHeader,
  fromSubprotocol,
  issueTicket,
  oidc,
  ticket,
} from "@gatewright/authorizer";
import { dynamoApiKeys, dynamoTickets } from "@gatewright/authorizer/dynamodb";

const table = process.env["KEYS_TABLE"] ?? "";
const [userPoolId = "", clientId = ""] = [process.env["USER_POOL_ID"], process.env["USER_POOL_CLIENT_ID"]];
const tickets = dynamoTickets({ table });

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The authorizer of all three APIs. Other functions of this file have no pool, and never call it. */
export const entrance = userPoolId
  ? authorizer({
      token: [fromHeader("authorization"), fromSubprotocol()],
      verify: [
        cognito({ userPoolId, clientId, tokenUse: "access" }),
        apiKey({ store: dynamoApiKeys({ table }) }),
        ticket({ store: tickets }),
        oidc({
          issuer: "https://away.example",
          audience: "story",
          keys: { jwksUri: "http://127.0.0.1:1/keys" },
        }),
      ],
      decide: ({ claims }) => {
        const said: Readonly<Record<string, unknown>> = { ...claims }; // each verifier has its own claims
        const name = textOf(said["username"]) ?? textOf(said["name"]) ?? "robot";
        if (name === "mallory") return deny({ reason: "banned" });
        const usageIdentifierKey = textOf(said["usageIdentifierKey"]);
        return allow({
          principalId: String(claims.sub),
          context: { name, vip: name === "ada" },
          usageIdentifierKey,
        });
      },
      onOutcome: ({ kind, code, api }) => console.info(`${api} ${kind} ${code}`),
    })
  : undefined;

interface Event {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly eventType?: string;
    readonly authorizer?: { readonly lambda?: Readonly<Record<string, unknown>> };
  };
}

/** Answers with what the gateway says of the caller, and logs all of its event: careless, and no token is in it but the header's. */
export async function echo({ requestContext }: Event): Promise<object> {
  console.info(JSON.stringify(requestContext));
  return { statusCode: 200, body: JSON.stringify(requestContext.authorizer ?? {}) };
}

/** Gives the page that asks a ticket for its socket. */
export async function giveTicket({ headers, requestContext }: Event): Promise<object> {
  const { principalId, name } = requestContext.authorizer?.lambda ?? {};
  const claims = { sub: String(principalId), name };
  const given = await issueTicket(tickets, { claims, origin: headers["origin"] });
  return { statusCode: 201, headers: { "cache-control": "no-store" }, body: JSON.stringify(given) };
}

/** Opens sockets, and tells each who it is. */
export async function socket({ headers, requestContext }: Event): Promise<object> {
  const body = JSON.stringify(requestContext.authorizer ?? {});
  if (requestContext.eventType !== "CONNECT") return { statusCode: 200, body };
  const offered = headers["Sec-WebSocket-Protocol"] ?? headers["sec-websocket-protocol"];
  const answer = chooseSubprotocol(offered, ["story.v1"]);
  return { statusCode: 200, headers: answer === undefined ? {} : { "Sec-WebSocket-Protocol": answer } };
}
