// The issuer's key pair: made once per data folder, and never anywhere else.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPair,
  type KeyObject,
} from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { failures } from "../failures.ts";
import { readIfThere } from "../private-file.ts";

/** Signs and reads this issuer's tokens. */
export interface IssuerKey {
  /** What `/.well-known/jwks.json` answers. */
  readonly jwks: { readonly keys: readonly object[] };
  /** A JWT with the claims, RS256. */
  sign(claims: object): string;
  /** The claims of a token that this key has signed. Times are not looked at. */
  read(token: string): Readonly<Record<string, unknown>> | undefined;
}

/**
 * Opens the folder's key, or makes one where there is none. The file is for its owner only, and git ignores it.
 *
 * @throws `ISSUER_FILE_UNREADABLE`, `DATA_FOLDER_UNREADABLE`.
 */
export async function openIssuerKey(folder: string): Promise<IssuerKey> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, ".gitignore"), "*\n");
  return toIssuerKey(await openPrivateKey(join(folder, "signing-key.pem")));
}

async function openPrivateKey(file: string): Promise<KeyObject> {
  const kept = await readIfThere(file);
  if (kept === undefined) {
    const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    await writeFile(file, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
    return privateKey;
  }
  await chmod(file, 0o600);
  try {
    const key = createPrivateKey(kept);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // told below: what is wrong with the text of a key is nothing to print
  }
  throw failures.create("ISSUER_FILE_UNREADABLE", { file });
}

function toIssuerKey(privateKey: KeyObject): IssuerKey {
  const publicKey = createPublicKey(privateKey);
  const { e = "", n = "" } = publicKey.export({ format: "jwk" });
  const kid = createHash("sha256")
    .update(JSON.stringify({ e, kty: "RSA", n }))
    .digest("base64url");
  return {
    jwks: { keys: [{ alg: "RS256", e, kid, kty: "RSA", n, use: "sig" }] },
    sign(claims) {
      const text = `${encode({ kid, alg: "RS256" })}.${encode(claims)}`;
      return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
    },
    read(token) {
      const [header = "", payload = "", signature = ""] = token.split(".", 3);
      const text = `${header}.${payload}`;
      const signed = createVerify("RSA-SHA256").update(text).verify(publicKey, signature, "base64url");
      return signed
        ? (JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>) // claims that `sign` wrote
        : undefined;
    },
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
