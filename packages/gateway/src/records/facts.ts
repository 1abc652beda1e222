// What records are made from: one request from its arrival to its answer.
import type { HttpPlan } from "../deploy/http-plan.ts";
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { HeaderPair, HttpAnswer } from "../invoke/application.ts";
import type { Arrived, Mapped } from "../invoke/exchange.ts";
import type { HttpAdmitted, HttpArrived } from "../invoke/http-exchange.ts";
import type { Notes } from "../invoke/trace.ts";

/** A request to a REST API. */
export interface RestFacts {
  readonly arrived: Arrived;
  /** As far as the request came. */
  readonly reached: Arrived & Partial<Mapped>;
  readonly plan: RestPlan;
  readonly notes: Notes;
  readonly answer: HttpAnswer;
  readonly endedAt: number;
}

/** A request to an HTTP API. */
export interface HttpFacts {
  readonly arrived: HttpArrived;
  readonly reached: HttpArrived & Partial<HttpAdmitted>;
  readonly plan: HttpPlan;
  readonly notes: Notes;
  readonly answer: HttpAnswer;
  readonly endedAt: number;
}

/** The facts of a REST request; `undefined` where no stage was found, and so nobody to keep records for. */
export function toRestFacts(arrived: Arrived, answer: HttpAnswer, endedAt: number): RestFacts | undefined {
  const { notes } = arrived.trace;
  const plan = notes.plan as RestPlan | undefined; // written by the step that finds the stage
  const reached = (notes.reached ?? arrived) as RestFacts["reached"]; // one of the types of exchange.ts
  return plan && { arrived, reached, plan, notes, answer, endedAt };
}

/** The facts of a request to an HTTP API; `undefined` where no stage was found. */
export function toHttpFacts(
  arrived: HttpArrived,
  answer: HttpAnswer,
  endedAt: number,
): HttpFacts | undefined {
  const { notes } = arrived.trace;
  const plan = notes.plan as HttpPlan | undefined; // written by the step that finds the stage
  const reached = (notes.reached ?? arrived) as HttpFacts["reached"]; // one of the types of http-exchange.ts
  return plan && { arrived, reached, plan, notes, answer, endedAt };
}

/** Milliseconds that the integration took; a streamed answer takes until its last byte. */
export function toIntegrationMs({ notes, endedAt }: RestFacts | HttpFacts): number | undefined {
  const { integration, stream } = notes;
  return integration && stream ? endedAt - integration.startedAt : integration?.latencyMs;
}

/** Bytes of the answer's body. */
export function toAnswerBytes({ notes, answer }: RestFacts | HttpFacts): number {
  return notes.stream?.bytes ?? answer.body.length;
}

/** What is looked at of an integration's outcome, whatever kind it is. */
export interface OutcomeParts {
  readonly invocation?: {
    readonly kind: string;
    readonly payload?: string;
    readonly errorMessage?: string;
    readonly isMissing?: true;
  };
  readonly reply?: {
    readonly status: number;
    readonly headers?: readonly HeaderPair[];
    readonly body?: Buffer;
  };
  readonly requestId?: string;
}

/** Reads an `IntegrationOutcome`, an `HttpOutcome`, or the bare invocation of an authorizer. */
export function readOutcome(outcome: object): OutcomeParts {
  if ("invocation" in outcome || "reply" in outcome) return outcome as OutcomeParts; // one of IntegrationOutcome
  if ("kind" in outcome) return { invocation: outcome as NonNullable<OutcomeParts["invocation"]> }; // an Invocation
  return {};
}

/** The status that the Lambda service gave, or the back end itself; `undefined` where neither answered. */
export function toIntegrationStatus(outcome: object): number | undefined {
  const { invocation, reply } = readOutcome(outcome);
  if (reply) return reply.status;
  if (!invocation) return "from" in outcome && outcome.from === "mock" ? 200 : undefined;
  switch (invocation.kind) {
    case "returned":
    case "begun":
      return 200;
    case "failed":
      return invocation.isMissing ? 403 : 200;
    case "throttled":
      return 429;
    case "too-large":
      return 413;
    default:
      return undefined;
  }
}
