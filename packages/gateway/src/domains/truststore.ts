// The certificates that a domain with mutual TLS trusts: from a file, or from the embedded S3.
import { type KeyObject, X509Certificate } from "node:crypto";
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
 * Reads a trust store. Keys, signatures and chains are held to what API Gateway takes.
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
  const certificates = found.map((pem) => {
    try {
      return new X509Certificate(pem);
    } catch (cause) {
      throw refuse("one of its certificates is broken", cause);
    }
  });
  const why = findWeakness(certificates);
  if (why !== undefined) throw refuse(why);
  return found;
}

/** What API Gateway would warn of and not trust. */
function findWeakness(certificates: readonly X509Certificate[]): string | undefined {
  for (const certificate of certificates) {
    const name = certificate.subject.replaceAll("\n", ", ");
    if (!isStrong(certificate.publicKey))
      return `the key of ${name} is neither RSA of 2,048 bits nor P-256 or P-384`;
    const der = certificate.raw.toString("hex");
    if (weakSignatures.some((oid) => der.includes(oid))) return `${name} is signed with less than SHA-256`;
  }
  const byName = new Map(certificates.map((certificate) => [certificate.subject, certificate]));
  const isTooDeep = certificates.some((certificate) => depthOf(certificate, byName) > mostDepth);
  return isTooDeep ? `it holds a chain of more than ${mostDepth} certificates` : undefined;
}

function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === "rsa") return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  return asymmetricKeyType === "ec" && curves.has(asymmetricKeyDetails?.namedCurve ?? "");
}

const curves: ReadonlySet<string> = new Set(["prime256v1", "secp384r1"]);

/** RSA with MD2, MD5, SHA-1 and SHA-224, ECDSA with SHA-1 and SHA-224: object identifiers in DER. */
const weakSignatures = [
  "06092a864886f70d010102",
  "06092a864886f70d010104",
  "06092a864886f70d010105",
  "06092a864886f70d01010e",
  "06072a8648ce3d0401",
  "06082a8648ce3d040301",
];

const mostDepth = 4;

/** From a certificate up to one that signed itself, or whose issuer is not here. */
function depthOf(certificate: X509Certificate, byName: ReadonlyMap<string, X509Certificate>): number {
  let at: X509Certificate | undefined = certificate;
  let depth = 0;
  while (at && depth <= mostDepth) {
    depth += 1;
    at = at.issuer === at.subject ? undefined : byName.get(at.issuer);
  }
  return depth;
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
