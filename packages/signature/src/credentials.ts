// Who signs: an AWS access key, as Lambda hands it to a function.
import { failures } from "./failures.ts";

/** An AWS access key; temporary ones carry a session token. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who signs, and for which service in which region. */
export interface Signer {
  readonly credentials: Credentials;
  /** As in `us-east-1`. */
  readonly region: string;
  /** The service's signing name: `s3`, `execute-api`, `dynamodb` … */
  readonly service: string;
  /** When the signature is made. @default the current time */
  readonly now?: Date;
}

/**
 * Reads the credentials that Lambda puts into a function's environment.
 *
 * They are read at each call, never kept: Lambda may renew them between two environments.
 *
 * @throws `CREDENTIALS_MISSING` when the key or the secret is not set.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentCredentials(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Credentials {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = env["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey) {
    const missing = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].filter((name) => !env[name]);
    throw failures.create("CREDENTIALS_MISSING", { missing });
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}
