// The record of a handshake: who came, what came of it, and what of it no log may show.
import type { Passage, Way } from "../records/access-phases.ts";
import { secretName } from "../records/redaction.ts";
import type { SocketCall, SocketError } from "../records/websocket-facts.ts";
import type { SocketRecorder } from "../records/websocket-recorder.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type { AdmittedCaller, WebsocketEvents } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import type { WebsocketPlan } from "./plan.ts";
import type { HandshakeRefusal } from "./refusals.ts";

/** How far a handshake came. */
export interface HandshakeProgress {
  readonly caller?: AdmittedCaller;
  readonly handshake?: Handshake;
  readonly access?: Omit<Passage, "way" | "refusal">;
  readonly called?: SocketCall;
}

/** What recording needs. */
export interface RecordPorts {
  readonly plan: WebsocketPlan;
  readonly events: WebsocketEvents;
  readonly recorder: SocketRecorder;
  now(): number;
}

/** Records a handshake that was well-formed; any other leaves no record, as on AWS. */
export function recordConnect(
  { caller, handshake, access, called }: HandshakeProgress,
  refused: { readonly refusal: HandshakeRefusal; readonly why: string | undefined } | undefined,
  to: RecordPorts,
): void {
  if (!caller || !handshake) return;
  const { plan } = to;
  to.recorder.record({
    stage: plan,
    settings: plan.connect?.settings ?? plan.settings,
    context: to.events.connect(caller, handshake).requestContext,
    body: "",
    status: refused?.refusal.answer.status ?? 200,
    startedAt: caller.connectedAt,
    endedAt: to.now(),
    ...(refused && isOwn(refused.refusal) && { error: toError(refused.refusal, refused.why) }),
    ...(access && { access: { ...access, way: toWay(plan) } }),
    ...(called && { called }),
    secrets: () => toSecrets(caller, handshake, plan.authorizer),
  });
}

function toWay({ iam, authorizer }: WebsocketPlan): Way {
  if (iam) return "iam";
  return authorizer ? "function" : "nobody";
}

/** The integration's own refusal is an answer of it, not an error of API Gateway. */
function isOwn({ message }: HandshakeRefusal): boolean {
  return message !== "$connect refused";
}

const types: Readonly<Record<string, string>> = {
  IMPLICIT_DENY: "ACCESS_DENIED",
  EXPLICIT_DENY: "ACCESS_DENIED",
  AccessDeniedException: "ACCESS_DENIED",
  AUTHORIZER_BROKEN: "AUTHORIZER_CONFIGURATION_ERROR",
};

function toError({ message: name, answer }: HandshakeRefusal, why: string | undefined): SocketError {
  return {
    type: types[name] ?? name,
    message: /"[Mm]essage": ?"([^"]*)/.exec(answer.body)?.[1] ?? null,
    ...(why !== undefined && { why }),
  };
}

/** Subprotocols are where browsers put their tokens. */
function toSecrets(
  { identity }: AdmittedCaller,
  { headers, query, offered }: Handshake,
  authorizer: LambdaAuthorizer | undefined,
): readonly string[] {
  const asked = new Set((authorizer?.identitySources ?? []).map(({ name }) => name.toLowerCase()));
  const isSecret = (name: string) => secretName.test(name) || asked.has(name.toLowerCase());
  const pairs = [...Object.entries(headers), ...Object.entries(query)];
  const shown = pairs.flatMap(([name, values]) => (isSecret(name) ? values : []));
  return [...shown, ...offered, ...(identity.apiKey === undefined ? [] : [identity.apiKey])];
}
