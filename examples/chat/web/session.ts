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
  /** A token with at least a minute to live. */
  token(): Promise<string>;
  signOut(): void;
}

/** Sign-in was refused, or is over; the message is for the user. */
export class SignInError extends Error {
  override readonly name: string = "SignInError";
}

const place = "chat.session";
const spareMs = 60_000;

/** Signs in with a name and a password. */
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
  let tokens = first;
  let renewing: Promise<string> | undefined;
  sessionStorage.setItem(place, JSON.stringify(tokens));

  const renew = async (): Promise<string> => {
    const { refreshToken } = tokens;
    tokens = await ask(config, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refreshToken }, refreshToken);
    sessionStorage.setItem(place, JSON.stringify(tokens));
    return tokens.accessToken;
  };
  return {
    name: tokens.name,
    userId: tokens.userId,
    async token() {
      if (tokens.endsAt - Date.now() > spareMs) return tokens.accessToken;
      renewing ??= renew().finally(() => (renewing = undefined));
      return renewing;
    },
    signOut: () => sessionStorage.removeItem(place),
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
  const body = (await answer.json()) as InitiateAuthAnswer; // as Cognito documents it
  const result = body.AuthenticationResult;
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
