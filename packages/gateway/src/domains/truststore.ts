// The certificates that a domain with mutual TLS trusts: from a file, or from the embedded S3.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Credentials, encodeUri, payloadHash, signRequest } from "@gatewright/signature";
import { failures } from "../failures.ts";

/** Where trust stores are read from. */
export interface TruststorePlaces {
  /** Relative paths start here. */
  readonly folder: string;
  /** The embedded S3; left out where none runs. */
  readonly s3?: { readonly endpoint: string; readonly region: string; readonly credentials: Credentials };
}

const mostBytes = 1_048_576;
const mostCertificates = 1000;

/**
 * Reads a trust store.
 *
 * @returns its certificates as PEM.
 * @throws failure `TRUSTSTORE_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mutual-tls.html
 */
export async function readTruststore(
  uri: string,
  domain: string,
  places: TruststorePlaces,
): Promise<readonly string[]> {
  const refuse = (why: string, cause?: unknown) =>
    failures.create("TRUSTSTORE_UNREADABLE", { domain, uri, why }, { cause });
  const bytes = await readBytes(uri, places).catch((cause: unknown) => {
    throw refuse("it cannot be read", cause);
  });
  if (bytes === undefined) throw refuse("there is no such object in a local bucket");
  if (bytes.length > mostBytes) throw refuse("it is over 1 MB");
  const found = bytes.toString("utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!found) throw refuse("it holds no certificate");
  if (found.length > mostCertificates) throw refuse("it holds more than 1,000 certificates");
  for (const pem of found) {
    try {
      void new X509Certificate(pem);
    } catch (cause) {
      throw refuse("one of its certificates is broken", cause);
    }
  }
  return found;
}

async function readBytes(uri: string, { folder, s3 }: TruststorePlaces): Promise<Buffer | undefined> {
  const [, bucket, key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket === undefined) return readFile(resolve(folder, uri));
  if (!s3) return undefined;
  const { credentials, region } = s3;
  const path = key.split("/").map(encodeUri).join("/");
  const url = new URL(`${s3.endpoint}/${bucket}/${path}`);
  const headers = signRequest(
    { method: "GET", url, payloadHash: payloadHash("") },
    { credentials, region, service: "s3" },
  );
  const answer = await fetch(url, { headers });
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
}
