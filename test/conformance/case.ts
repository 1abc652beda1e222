// What a conformance case says: one behaviour of API Gateway, where it is written down, and how to see it.
import type { ApiDefinition } from "../../packages/gateway/src/define/define-api.ts";
import type { HttpApi } from "../../packages/gateway/src/model/http-api.ts";
import type { RestApi } from "../../packages/gateway/src/model/rest-api.ts";
import type { Service } from "../../packages/gateway/src/model/service.ts";
import type { WebsocketApi, WebsocketRoute } from "../../packages/gateway/src/model/websocket-api.ts";

export interface Case {
  /** The behaviour, in one sentence. */
  readonly says: string;
  /** AWS's page, or what it was observed on. */
  readonly source: string;
  readonly confidence: "documented" | "recorded" | "observed" | "guess";
  readonly state: "done" | "differs" | "missing";
  /** Why it differs or is missing. */
  readonly note?: string;
  /** The API, beyond what every case starts from; methods may be written `GET /a`. */
  readonly rest?: Partial<Omit<RestApi, "methods">> & { readonly methods?: readonly unknown[] };
  readonly http?: Partial<Omit<HttpApi, "routes">> & { readonly routes?: readonly unknown[] };
  /** A WebSocket API; routes name their function after themselves, without `$`, and have a route response. */
  readonly websocket?: Partial<Omit<WebsocketApi, "routes">> & {
    readonly routes?: readonly (Partial<WebsocketRoute> & Pick<WebsocketRoute, "routeKey">)[];
  };
  /** A serverless.yml as JSON, instead of `rest`, `http` or `websocket`. */
  readonly definition?: unknown;
  /** What `defineApi` is given, instead of `definition`; handlers are files that are not there, called by the functions' keys. */
  readonly code?: ApiDefinition<string, string, string>;
  readonly service?: Partial<Service>;
  readonly functions?: Readonly<Record<string, StockFunction>>;
  /** A server of somebody else's; `${backend}` in the API is its address. */
  readonly backend?: StockBackend;
  /** DynamoDB and S3 run, with `service.tables` and `service.buckets`. */
  readonly services?: boolean;
  /** Callers may say where they call from. */
  readonly callerHeaders?: boolean;
  readonly steps?: readonly Step[];
  /** Those of a WebSocket API. */
  readonly socketSteps?: readonly SocketStep[];
}

/** One thing that the client, or a caller of `@connections`, does, and what comes of it. */
export interface SocketStep {
  readonly afterMs?: number;
  readonly connect?: {
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly protocols?: string[];
  };
  readonly send?: string;
  readonly sendBytes?: { readonly count: number; readonly binary?: boolean };
  /** Closes with this code. */
  readonly close?: number;
  readonly manage?: {
    readonly method: string;
    readonly body?: string;
    /** @default the last one that a function told the client */
    readonly connectionId?: string;
    /** @default "dev" */
    readonly stage?: string;
    readonly unsigned?: boolean;
  };
  /** Asks the WebSocket API's door for this path. */
  readonly visit?: string;
  readonly expect?: {
    /** Of a handshake that is refused, or of `@connections`. */
    readonly status?: number;
    /** Exact, or a regular expression as `/…/`. */
    readonly body?: string;
    readonly protocol?: string;
    /** The next text that comes; binary messages are `(binary) ` and their base64. */
    readonly receives?: string;
    /** Part of it, or of what a visit gets, parsed. */
    readonly json?: unknown;
    /** The code that the gateway closes with. */
    readonly closed?: number;
    readonly calls?: Readonly<Record<string, number>>;
    /** Texts that lines of the developer's log or of log files hold. */
    readonly logged?: readonly string[];
    /** Text that no line of them holds. */
    readonly notLogged?: string;
  };
}

/** A function that the case describes instead of writing it. `$arn` in what it returns is the authorizer's own. */
export interface StockFunction {
  readonly returns?: unknown;
  /** Answers 200 with its event as JSON. */
  readonly echo?: boolean;
  /** What it writes to a response stream: metadata, then the body. */
  readonly streams?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    /** So much time passes before its head, its body and its end. */
    readonly takeMs?: readonly [head: number, body: number, end: number];
  };
  readonly throws?: string;
  /** So much time passes before it ends. */
  readonly takesMs?: number;
}

/** How a request is signed; what is left out is as it should be. */
export interface SignAs {
  readonly as: string;
  readonly secret?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  /** So much later than the time of the case. */
  readonly afterMs?: number;
  /** Signs another path than the one that is asked for. */
  readonly path?: string;
  /** In the query instead of the header. */
  readonly inQuery?: boolean;
}

/** A token that is good unless the case says otherwise. */
export interface StockToken {
  readonly pool?: boolean;
  /** Beside `iss`, `iat` and an `exp` an hour later. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly expiresInSeconds?: number;
  readonly header?: Readonly<Record<string, string>>;
  /** Signed by a key that the issuer does not publish. */
  readonly forged?: boolean;
  /** @default "authorization" */
  readonly inHeader?: string;
  /** Without the word `Bearer`. */
  readonly bare?: boolean;
}

/** Answers with these, or with what it was sent as JSON. */
export interface StockBackend {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly echo?: boolean;
}

export interface Step {
  /** Time that passes before the request. */
  readonly afterMs?: number;
  readonly request: {
    readonly method?: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string | string[]>>;
    readonly body?: string;
    /** The body's bytes, instead of `body`. */
    readonly base64?: string;
    /** A body of so many letters, instead of `body`. */
    readonly bytes?: number;
    /** Signs it as one of `service.identities`. */
    readonly sign?: SignAs;
    /** Carries a token of `${issuer}`, or of the user pool `us-east-1_Local0001` with `pool`. */
    readonly token?: StockToken;
    /** Sends it so many times; the last answer counts. */
    readonly times?: number;
  };
  readonly expect: {
    readonly status: number;
    /** `null` for a header that must not be there; `/…/` for a regular expression. */
    readonly headers?: Readonly<Record<string, string | null>>;
    /** Exact, or a regular expression as `/…/`. */
    readonly body?: string;
    readonly base64?: string;
    /** Part of the parsed body. */
    readonly json?: unknown;
    /** How often each function has been called since the case began. */
    readonly calls?: Readonly<Record<string, number>>;
    /** Text that a line of the developer's log holds, or a regular expression as `/…/`. */
    readonly logged?: string;
    /** Text that no line of the developer's log holds. */
    readonly notLogged?: string;
  };
}
