// A certificate authority of this machine's own, and the certificates that it makes for custom domains and doors.
import { generateKeyPair, randomBytes, X509Certificate } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { pki } from "node-forge";
import { readIfThere, writeWhole } from "../private-file.ts";

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes certificates, and keeps them. */
export interface LocalAuthority {
  /** The file to trust, for clients of local domains. */
  readonly caFile: string;
  /** The one of 127.0.0.1 is good for `localhost` too. */
  certificateFor(domainName: string): Promise<Certificate>;
}

/** The authority of a gateway, which its parts share. */
export interface SharedAuthority {
  /** The file to trust; it is there once the authority was opened. */
  readonly caFile: string;
  /** @throws failure `DATA_FOLDER_UNREADABLE`. */
  open(): Promise<LocalAuthority>;
}

const dayMs = 86_400_000;
const authorityDays = 3650;
/** Browsers take no certificate for longer. */
const certificateDays = 397;
const authorityName = "Gatewright local authority";

/** Makes what opens the authority of a folder: once for all who ask, and not before the first does. */
export function shareAuthority(folder: string): SharedAuthority {
  let opening: Promise<LocalAuthority> | undefined;
  return {
    caFile: caFileIn(folder),
    async open() {
      try {
        return await (opening ??= openLocalAuthority(folder));
      } catch (error) {
        opening = undefined; // the next one may find the file mended
        throw error;
      }
    },
  };
}

function caFileIn(folder: string): string {
  return join(folder, "ca.pem");
}

/**
 * Opens the authority of a folder. It and its certificates are made when they are first needed, for their owner's
 * eyes only, and made anew in the month before they end.
 *
 * @throws failure `DATA_FOLDER_UNREADABLE`.
 */
export async function openLocalAuthority(folder: string): Promise<LocalAuthority> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await keep(join(folder, "ca"), () => make({ name: authorityName }));
  return {
    caFile: caFileIn(folder),
    certificateFor: (domainName) =>
      keep(
        join(folder, domainName.replaceAll("*", "_")),
        () => make({ name: domainName, issuer: authority }),
        authority,
      ),
  };
}

/** Reads a pair of files, or makes and writes them. */
async function keep(
  path: string,
  create: () => Promise<Certificate>,
  issuer?: Certificate,
): Promise<Certificate> {
  const [certificate, key] = await Promise.all([`${path}.pem`, `${path}-key.pem`].map(readIfThere));
  if (certificate !== undefined && key !== undefined && isGood(certificate, issuer)) {
    return { certificate, key };
  }
  const made = await create();
  await writeWhole(`${path}-key.pem`, made.key);
  await writeWhole(`${path}.pem`, made.certificate);
  return made;
}

function isGood(pem: string, issuer: Certificate | undefined): boolean {
  try {
    const certificate = new X509Certificate(pem);
    const ends = Date.parse(certificate.validTo);
    const isOfIssuer =
      issuer === undefined || certificate.verify(new X509Certificate(issuer.certificate).publicKey);
    return ends > Date.now() + 30 * dayMs && isOfIssuer;
  } catch {
    return false; // broken: made anew
  }
}

/** Signs with the issuer's key, or with its own. The library is loaded only when something is to be made. */
async function make(given: { readonly name: string; readonly issuer?: Certificate }): Promise<Certificate> {
  const { default: forge } = await import("node-forge");
  const { publicKey, privateKey: key } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = `01${randomBytes(15).toString("hex")}`;
  const { notBefore, notAfter } = certificate.validity;
  const days = given.issuer ? certificateDays : authorityDays;
  notBefore.setTime(Date.now() - dayMs);
  notAfter.setTime(Date.now() + (days - 1) * dayMs);
  certificate.setSubject([{ name: "commonName", value: given.name.slice(0, 64) }]);
  certificate.setIssuer([{ name: "commonName", value: given.issuer ? authorityName : given.name }]);
  certificate.setExtensions(given.issuer ? leafExtensions(given.name) : authorityExtensions);
  const signingKey = forge.pki.privateKeyFromPem(given.issuer?.key ?? key);
  certificate.sign(signingKey, forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key };
}

type Extensions = Parameters<pki.Certificate["setExtensions"]>[0];

const authorityExtensions: Extensions = [
  { name: "basicConstraints", cA: true, critical: true },
  { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  { name: "subjectKeyIdentifier" },
];

const dnsName = 2;
const ipAddress = 7;

function leafExtensions(name: string): Extensions {
  const altNames = isIP(name)
    ? [
        { type: ipAddress, ip: name },
        { type: dnsName, value: "localhost" },
      ]
    : [{ type: dnsName, value: name }];
  return [
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames },
  ];
}
