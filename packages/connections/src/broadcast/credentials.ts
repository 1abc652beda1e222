// Whose signature: the function's environment, the container's agent, or any provider of the SDK, renewed in time.
import { environmentCredentials, type Credentials } from "@gatewright/signature";

/** Credentials that may end. */
export interface ExpiringCredentials extends Credentials {
  /** When they end. Without it they are asked for again with each call. */
  readonly expiration?: Date | undefined;
}

/**
 * Gives credentials: your own function, `client.config.credentials` of any AWS client, or
 * `fromNodeProviderChain()` of `@aws-sdk/credential-providers`.
 */
export type CredentialProvider = () => Promise<ExpiringCredentials> | ExpiringCredentials;

/** Renewed this long before they end, so that no request is signed with what ends on its way. */
const earlyMs = 60_000;

/**
 * Remembers what a provider gives until a minute before it ends; many callers at once ask it once.
 *
 * `forget` makes the next call ask anew, as after a 403 that says that the token has expired.
 */
export interface Signatory {
  get(): Credentials | Promise<Credentials>;
  forget(): void;
}

/** Reads credentials from where this process has them: its environment, else the agent of its container. */
export function defaultCredentials(): ExpiringCredentials | Promise<ExpiringCredentials> {
  const { AWS_ACCESS_KEY_ID, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI } =
    process.env;
  if (AWS_ACCESS_KEY_ID) return environmentCredentials();
  if (AWS_CONTAINER_CREDENTIALS_FULL_URI) return fromContainer(AWS_CONTAINER_CREDENTIALS_FULL_URI);
  if (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
    return fromContainer(`http://169.254.170.2${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`);
  }
  return environmentCredentials(); // its failure says what is missing
}

/** Makes a signatory of fixed credentials or of a provider. */
export function createSignatory(given: Credentials | CredentialProvider = defaultCredentials): Signatory {
  if (typeof given !== "function") return { get: () => given, forget() {} };
  let kept: ExpiringCredentials | undefined;
  let asking: Promise<Credentials> | undefined;
  const isGood = ({ expiration }: ExpiringCredentials): boolean =>
    expiration !== undefined && expiration.getTime() - Date.now() > earlyMs;
  const ask = async (): Promise<Credentials> => {
    try {
      kept = await given();
      return kept;
    } finally {
      asking = undefined;
    }
  };
  return {
    get: () => (kept && isGood(kept) ? kept : (asking ??= ask())),
    forget() {
      kept = undefined;
    },
  };
}

/** @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
async function fromContainer(url: string): Promise<ExpiringCredentials> {
  const authorization = await containerToken();
  const answer = await fetch(url, { headers: { accept: "application/json", ...authorization } });
  const given = (await answer.json().catch(() => ({}))) as Record<string, unknown>; // every field is looked at below
  const [id, secret, token, end] = ["AccessKeyId", "SecretAccessKey", "Token", "Expiration"].map((name) => {
    const value = given[name];
    return typeof value === "string" ? value : undefined;
  });
  const { accessKeyId, secretAccessKey, sessionToken } = environmentCredentials({
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: token,
  });
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    ...(end && { expiration: new Date(end) }),
  };
}

async function containerToken(): Promise<Record<string, string>> {
  const file = process.env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = file
    ? (await process.getBuiltinModule("node:fs/promises").readFile(file, "utf8")).trim()
    : process.env["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  return token ? { authorization: token } : {};
}
