// Puts into an event what no file can hold: a token that is good now, and the time.
import { failures } from "../failures.ts";
import type { Running, SignIn } from "../data-folder.ts";
import { toRequestTime } from "../invoke/request-time.ts";

/** What placeholders are filled from. */
export type Source = Pick<Running, "urls" | "signIns">;

interface Tokens {
  readonly AccessToken: string;
  readonly IdToken: string;
}

/** Gives each value that placeholders stand for. */
interface Values {
  readonly now: number;
  readonly tokens: (name: string) => Promise<Tokens>;
}

const placeholders = /\$\{gatewright:([\w-]+)(?::([^}]*))?\}/g;

/**
 * Replaces the placeholders in every text of an event.
 *
 * `${gatewright:token:NAME}` is an access token of that local user and `${gatewright:id-token:NAME}` an ID token, both
 * from the running issuer; `${gatewright:now}` is the time in milliseconds, `${gatewright:request-time}` the same time
 * as API Gateway writes it. A text that is `${gatewright:now}` and nothing else becomes a number.
 *
 * @example
 * await fillEvent({ authorizationToken: "Bearer ${gatewright:token:ada}" }, running);
 *
 * @throws `PLACEHOLDER_UNKNOWN`, `USER_UNKNOWN`, `SIGN_IN_REFUSED`.
 */
export function fillEvent(event: unknown, source: Source): Promise<unknown> {
  const asked = new Map<string, Promise<Tokens>>();
  const tokens = (name: string): Promise<Tokens> => {
    const answer = asked.get(name) ?? signIn(name, source);
    asked.set(name, answer);
    return answer;
  };
  return fill(event, { now: Date.now(), tokens });
}

async function fill(value: unknown, values: Values): Promise<unknown> {
  if (typeof value === "string") return fillText(value, values);
  if (Array.isArray(value)) return Promise.all(value.map((each) => fill(each, values)));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(async ([key, each]) => [key, await fill(each, values)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function fillText(text: string, values: Values): Promise<unknown> {
  const found = [...text.matchAll(placeholders)];
  const filled: unknown[] = [];
  for (const [placeholder, kind, name = ""] of found) {
    filled.push(await valueOf(placeholder, { kind, name }, values));
  }
  if (found[0]?.[0] === text) return filled[0];
  return text.replaceAll(placeholders, () => String(filled.shift()));
}

async function valueOf(
  placeholder: string,
  { kind, name }: { readonly kind: string | undefined; readonly name: string },
  { now, tokens }: Values,
): Promise<string | number> {
  switch (kind) {
    case "now":
      return now;
    case "request-time":
      return toRequestTime(now);
    case "token":
      return (await tokens(name)).AccessToken;
    case "id-token":
      return (await tokens(name)).IdToken;
    default:
      throw failures.create("PLACEHOLDER_UNKNOWN", { placeholder });
  }
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
async function signIn(name: string, { signIns, urls }: Source): Promise<Tokens> {
  const user = signIns.find((each) => each.name === name);
  if (!user) throw failures.create("USER_UNKNOWN", { name, names: signIns.map((each) => each.name) });
  const answer = await fetch(urls["cognito"] ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify(toInput(user)),
  });
  const said = (await answer.json()) as { AuthenticationResult?: Tokens; message?: string }; // our own issuer's
  if (said.AuthenticationResult) return said.AuthenticationResult;
  throw failures.create("SIGN_IN_REFUSED", { name, why: said.message ?? `status ${answer.status}.` });
}

function toInput({ clientId, name, password }: SignIn): object {
  const AuthParameters = { USERNAME: name, PASSWORD: password };
  return { AuthFlow: "USER_PASSWORD_AUTH", ClientId: clientId, AuthParameters };
}
