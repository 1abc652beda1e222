// Who is signed in: tokens of the Cognito user pool, kept for this tab, renewed before they end.
import type { PageConfig } from "./config.ts";

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  readonly name: string;
  readonly userId: string;
}

/** A signed-in user. */
export interface Session {
  readonly name: string;
  readonly userId: string;
  /** A token with at least a minute to live; `fresh` asks for a new one, since the last was refused. */
  token(need?: { readonly fresh?: boolean }): Promise<string>;
  /** Settles when the user pool no longer renews the session, and says why. */
  readonly over: Promise<SignInError>;
  signOut(): void;
}

/** Sign-in was refused, or is over; the message is for the user. */
export class SignInError extends Error {
  override readonly name: string = "SignInError";
}

const place = "chat.session";
const spareMs = 60_000;

/** Signs in with a name and a password. @throws `SignInError` */
export async function signIn(config: PageConfig, name: string, password: string): Promise<Session> {
  const tokens = await ask(config, "USER_PASSWORD_AUTH", { USERNAME: name, PASSWORD: password });
  return startSession(config, tokens);
}

/** The session that this tab had before it was loaded anew. */
export function resumeSession(config: PageConfig): Session | undefined {
  const text = sessionStorage.getItem(place);
  return text === null ? undefined : startSession(config, JSON.parse(text) as Tokens); // only startSession writes it
}

function startSession(config: PageConfig, first: Tokens): Session {
  const over = Promise.withResolvers<SignInError>();
  let tokens = first;
  let renewing: Promise<string> | undefined;
  let left = false;
  const keep = (): void => {
    if (!left) sessionStorage.setItem(place, JSON.stringify(tokens));
  };
  keep();

  const renew = async (): Promise<string> => {
    const { refreshToken } = tokens;
    try {
      tokens = await ask(config, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken }, refreshToken);
    } catch (error) {
      if (error instanceof SignInError) {
        sessionStorage.removeItem(place);
        over.resolve(new SignInError("Your session is over. Sign in again.", { cause: error }));
      }
      throw error;
    }
    keep();
    return tokens.accessToken;
  };
  return {
    name: tokens.name,
    userId: tokens.userId,
    over: over.promise,
    async token({ fresh = false } = {}) {
      if (!fresh && tokens.endsAt - Date.now() > spareMs) return tokens.accessToken;
      renewing ??= renew().finally(() => (renewing = undefined));
      return renewing;
    },
    signOut() {
      left = true;
      sessionStorage.clear(); // drafts as well: the next user of this tab may be somebody else
    },
  };
}

/** Cognito's InitiateAuth, which needs no signature. */
async function ask(
  config: PageConfig,
  flow: "USER_PASSWORD_AUTH" | "REFRESH_TOKEN_AUTH",
  parameters: Readonly<Record<string, string>>,
  refreshToken?: string,
): Promise<Tokens> {
  const answer = await fetch(config.signIn.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
    },
    body: JSON.stringify({
      AuthFlow: flow,
      ClientId: config.signIn.clientId,
      AuthParameters: parameters,
    }),
  });
  // a server in trouble says nothing about the session: only Cognito's own no ends it
  if (answer.status >= 500) throw new Error("The sign-in service is in trouble. Try again in a moment.");
  const body = (await answer.json()) as InitiateAuthAnswer; // as Cognito documents it
  const result = body.AuthenticationResult;
  if (body.ChallengeName !== undefined) {
    throw new SignInError(`This account must first be set up: Cognito asks for ${body.ChallengeName}.`);
  }
  if (!answer.ok || !result) throw new SignInError(body.message ?? "Signing in did not work.");
  const claims = JSON.parse(fromBase64Url(result.AccessToken.split(".")[1] ?? "")) as AccessClaims; // ditto
  return {
    accessToken: result.AccessToken,
    refreshToken: result.RefreshToken ?? refreshToken ?? "",
    endsAt: Date.now() + result.ExpiresIn * 1000,
    name: claims.username,
    userId: claims.sub,
  };
}

interface InitiateAuthAnswer {
  readonly AuthenticationResult?: {
    readonly AccessToken: string;
    readonly RefreshToken?: string;
    /** Seconds. */
    readonly ExpiresIn: number;
  };
  /** As `NEW_PASSWORD_REQUIRED`, for a user whom an administrator made and who never signed in. */
  readonly ChallengeName?: string;
  readonly message?: string;
}

interface AccessClaims {
  readonly sub: string;
  readonly username: string;
}

function fromBase64Url(text: string): string {
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
