// The chat on a gateway of its own, with data of its own: who signs in, calls its APIs and joins its rooms.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readServerless, startGateway, type Gateway, type Service } from "@gatewright/gateway";
import { noteSecret } from "../secrets/note.ts";
import { createDeveloperRecord, type DeveloperRecord } from "./developer-record.ts";
import { openWire, type Wire } from "./wire.ts";

/** The chat's definition: the one that is deployed. */
export const definitionFile: string = fileURLToPath(new URL("../../serverless.yml", import.meta.url));

/** Who has signed in. */
export interface SignedIn {
  readonly name: string;
  readonly userId: string;
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** What `fetch` takes, with headers as a plain object. */
export type CallInit = Omit<RequestInit, "headers"> & {
  readonly headers?: Readonly<Record<string, string>>;
};

/** A chat that runs. */
export interface RunningChat {
  readonly gateway: Gateway;
  readonly definition: Service;
  /** The data folder. */
  readonly folder: string;
  readonly record: DeveloperRecord;
  readonly urls: {
    readonly rest: string;
    readonly http: string;
    readonly websocket: string;
    readonly cognito: string;
  };
  readonly apiKey: string;
  /** Cognito's own operation; needs no signature. */
  initiateAuth(flow: string, parameters: Readonly<Record<string, string>>): Promise<Response>;
  signIn(name: string): Promise<SignedIn>;
  /** Calls the HTTP API with a user's token. */
  call(who: SignedIn, path: string, init?: CallInit): Promise<Response>;
  /** A connection as the page opens it. */
  connect(who: SignedIn): Promise<Wire>;
  close(): Promise<void>;
}

/** Starts the chat with every function's module loaded. */
export async function startChat(): Promise<RunningChat> {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-chat-"));
  const definition = await readServerless(definitionFile);
  const record = createDeveloperRecord();
  const { log, output } = record;
  const gateway = await startGateway({ definition, folder, log, output });
  await gateway.functions.warm();
  const { rest = "", http = "", websocket = "", cognito = "" } = gateway.urls;
  const [pool] = definition.userPools;

  const initiateAuth: RunningChat["initiateAuth"] = (flow, parameters) =>
    fetch(cognito, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
      },
      body: JSON.stringify({
        AuthFlow: flow,
        ClientId: pool?.clients[0]?.id,
        AuthParameters: parameters,
      }),
    });
  return {
    gateway,
    definition,
    folder,
    record,
    urls: { rest, http, websocket, cognito },
    apiKey: gateway.apiKeys[0]?.value ?? "",
    initiateAuth,
    async signIn(name) {
      const user = pool?.users.find((each) => each.name === name);
      const answer = await initiateAuth("USER_PASSWORD_AUTH", {
        USERNAME: name,
        PASSWORD: user?.password ?? "",
      });
      return toSignedIn(name, await answer.json());
    },
    call: ({ accessToken }, path, init) =>
      fetch(`${http}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${accessToken}`, ...init?.headers },
      }),
    connect: ({ accessToken }) => openWire(websocket, ["chat.v1", `bearer.${accessToken}`]),
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function toSignedIn(name: string, answer: unknown): SignedIn {
  const { AuthenticationResult: result } = answer as {
    AuthenticationResult: { AccessToken: string; IdToken: string; RefreshToken: string };
  }; // as Cognito documents it; a refusal has none, and the next line throws
  const { AccessToken: accessToken, IdToken: idToken, RefreshToken: refreshToken } = result;
  for (const token of [accessToken, idToken, refreshToken]) noteSecret(token);
  return { name, userId: String(readClaims(accessToken)["sub"]), accessToken, idToken, refreshToken };
}

/** What a token says, its signature not looked at. */
export function readClaims(token: string): Readonly<Record<string, unknown>> {
  const text = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return JSON.parse(text) as Record<string, unknown>; // claims are an object
}
