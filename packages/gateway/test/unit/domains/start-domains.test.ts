// Custom domains over real TLS: certificates, names, mutual TLS.
import { generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import forge from "node-forge";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startS3 } from "../../../src/backends/s3.ts";
import { openLocalAuthority, shareAuthority } from "../../../src/domains/local-authority.ts";
import { startDomains } from "../../../src/domains/start-domains.ts";
import type { HttpApplication } from "../../../src/invoke/application.ts";
import type { CustomDomain } from "../../../src/model/domain.ts";
import { systemClock, systemIds } from "../../../src/ports.ts";
import { recordedLog } from "../invoke/requests.ts";
import { refusedAt, startApi, toClient, toSignal } from "../websocket/running-api.ts";

let folder = "";
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "domains-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
  await rm(folder, { recursive: true, force: true });
});

/** Answers with what it was asked. */
const application: HttpApplication = {
  answer: async ({ mapping, path, protocol, caller, tls }) => ({
    status: 200,
    headers: [],
    body: Buffer.from(JSON.stringify({ mapping, path, protocol, caller, tls: tls?.() })),
  }),
  tooLarge: () => ({ status: 413, headers: [], body: Buffer.alloc(0) }),
};

const mapped = (domainName: string, more: Partial<CustomDomain> = {}): CustomDomain => ({
  domainName,
  mappings: [{ path: "", api: "rest", stage: "dev" }],
  ...more,
});

async function start(
  domains: readonly CustomDomain[],
  { s3, websocket }: { readonly s3?: { endpoint: string }; readonly websocket?: number } = {},
) {
  const log = recordedLog();
  const door = await startDomains({
    domains,
    applications: { rest: application },
    authority: shareAuthority(join(folder, "certificates")),
    truststores: {
      folder,
      ...(s3 && { s3: { ...s3, region: "us-east-1", credentials } }),
    },
    ...(websocket !== undefined && { websocket }),
    port: 0,
    ids: systemIds,
    log,
  });
  closing.push(() => door.close());
  const ca = await readFile(join(folder, "certificates", "ca.pem"), "utf8").catch(() => undefined);
  return { port: door.port, ca, log };
}

const credentials = { accessKeyId: "AKIDLOCAL", secretAccessKey: "not-a-real-secret" };

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly certificate: string;
}

function call(port: number, host: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(
      { host: "127.0.0.1", port, path: "/a", servername: host, headers: { host }, agent: false, ...options },
      (answer) => {
        const socket = asked.socket as import("node:tls").TLSSocket; // https speaks over nothing else
        const certificate = socket.getPeerX509Certificate()?.subjectAltName ?? "";
        text(answer).then((body) => resolve({ status: answer.statusCode, body, certificate }), reject);
      },
    );
    asked.on("error", reject).end();
  });
}

/** A client's certificate, signed by itself or by another one. */
function issue(
  name: string,
  issuer?: { certificate: string; key: string },
  weak: { readonly bits?: number; readonly digest?: forge.md.MessageDigest } = {},
) {
  const { publicKey, privateKey: key } = generateKeyPairSync("rsa", {
    modulusLength: weak.bits ?? 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(publicKey);
  made.serialNumber = `01${randomBytes(8).toString("hex")}`;
  made.validity.notBefore.setTime(Date.now() - 60_000);
  made.validity.notAfter.setTime(Date.now() + 3_600_000);
  made.setSubject([
    { name: "countryName", value: "GB" },
    { name: "commonName", value: name },
  ]);
  made.setIssuer(
    issuer ? forge.pki.certificateFromPem(issuer.certificate).subject.attributes : made.subject.attributes,
  );
  made.setExtensions([{ name: "basicConstraints", cA: !issuer }]);
  made.sign(forge.pki.privateKeyFromPem(issuer?.key ?? key), weak.digest ?? forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(made), key };
}

describe("certificates", () => {
  test("are made for each domain, chosen by name, and good for clients that trust the local authority", async () => {
    const { port, ca } = await start([mapped("api.localhost"), mapped("*.shop.localhost")]);
    const one = await call(port, "api.localhost", { ca });
    expect(one).toMatchObject({ status: 200, certificate: "DNS:api.localhost" });
    expect(JSON.parse(one.body)).toMatchObject({
      mapping: { stage: "dev", basePath: "" },
      protocol: "https",
      tls: { version: "TLSv1.3", cipherSuite: expect.stringMatching(/^TLS_/) },
    });
    expect((await call(port, "eu.shop.localhost", { ca })).certificate).toBe("DNS:*.shop.localhost");
    await expect(call(port, "other.localhost", { ca })).rejects.toThrow();
    await expect(call(port, "api.localhost")).rejects.toThrow(/certificate/);
    await expect(
      call(port, "api.localhost", { ca, maxVersion: "TLSv1.1", minVersion: "TLSv1" }),
    ).rejects.toThrow();
  });

  test("are kept for their owner's eyes, and made anew when they are broken", async () => {
    const open = () => openLocalAuthority(join(folder, "certificates"));
    const first = await (await open()).certificateFor("api.localhost");
    expect(await (await open()).certificateFor("api.localhost")).toEqual(first);
    const file = join(folder, "certificates", "api.localhost.pem");
    expect((await stat(file)).mode & 0o077).toBe(0);
    await writeFile(file, "broken");
    const second = await (await open()).certificateFor("api.localhost");
    expect(second.certificate).not.toBe(first.certificate);
    const authority = await readFile((await open()).caFile, "utf8");
    const made = new X509Certificate(second.certificate);
    expect(made.verify(new X509Certificate(authority).publicKey)).toBe(true);
  });

  test("may be the developer's own; others are refused: CERTIFICATE_UNREADABLE", async () => {
    const own = await (await openLocalAuthority(join(folder, "own"))).certificateFor("api.localhost");
    await writeFile(join(folder, "a.pem"), own.certificate);
    await writeFile(join(folder, "a-key.pem"), own.key);
    const certificate = { certificateFile: "a.pem", keyFile: "a-key.pem" };
    const { port } = await start([mapped("api.localhost", { certificate })]);
    const ca = await readFile(join(folder, "own", "ca.pem"), "utf8");
    expect((await call(port, "api.localhost", { ca })).status).toBe(200);
    const refused = expect.objectContaining({ code: "CERTIFICATE_UNREADABLE" });
    const missing = mapped("api.localhost", { certificate: { ...certificate, keyFile: "none.pem" } });
    await expect(start([missing])).rejects.toThrow(refused);
    await writeFile(join(folder, "b-key.pem"), issue("x").key);
    const other = mapped("api.localhost", { certificate: { ...certificate, keyFile: "b-key.pem" } });
    await expect(start([other])).rejects.toThrow(refused);
  });
});

test("what is no TLS gets no answer, and the door stays open", async () => {
  const { port, ca } = await start([mapped("api.localhost")]);
  for (const words of ["GET /a HTTP/1.1\r\nhost: api.localhost\r\n\r\n", "\x16\x03\x01\x00\x05hello"]) {
    const socket = connect(port, "127.0.0.1");
    const closed = once(socket, "close");
    socket.on("error", () => {}); // a reset is an answer too
    socket.resume().end(words);
    await closed;
    expect(socket.bytesRead).toBeLessThan(32);
  }
  expect((await call(port, "api.localhost", { ca })).status).toBe(200);
});

describe("mutual TLS", () => {
  const authority = issue("clients");
  const ada = issue("ada", authority);
  const trusted = { cert: ada.certificate, key: ada.key };
  const secured = (truststoreUri: string) => mapped("api.localhost", { mutualTls: { truststoreUri } });

  test("lets in whom the trust store's authorities signed, and events say who it is", async () => {
    await writeFile(join(folder, "trust.pem"), authority.certificate);
    const { port, ca } = await start([secured("trust.pem")]);
    const answer = await call(port, "api.localhost", { ca, ...trusted });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).caller.clientCert).toMatchObject({
      clientCertPem: expect.stringContaining("BEGIN CERTIFICATE"),
      subjectDN: "CN=ada,C=GB",
      issuerDN: "CN=clients,C=GB",
      serialNumber: expect.stringMatching(/^[0-9a-f]{2}(:[0-9a-f]{2})+$/),
      validity: { notBefore: expect.stringMatching(/ GMT$/) },
    });
  });

  test("keeps out who shows none, or one of somebody else", async () => {
    await writeFile(join(folder, "trust.pem"), authority.certificate);
    const { port, ca } = await start([secured("trust.pem")]);
    const eve = issue("eve", issue("clients"));
    expect((await call(port, "api.localhost", { ca })).status).toBe(403);
    const answer = await call(port, "api.localhost", { ca, cert: eve.certificate, key: eve.key });
    expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test("is not got around by the name of another domain in the handshake", async () => {
    await writeFile(join(folder, "trust.pem"), authority.certificate);
    const { port, ca } = await start([secured("trust.pem"), mapped("open.localhost")]);
    const headers = { host: "api.localhost" };
    expect((await call(port, "open.localhost", { ca, headers })).status).toBe(403);
    expect((await call(port, "open.localhost", { ca, headers, ...trusted })).status).toBe(403);
    const open = await call(port, "open.localhost", { ca });
    expect([open.status, JSON.parse(open.body).caller]).toEqual([200, {}]);
  });

  test("takes its trust store from a local bucket, also when it comes later", async () => {
    const s3 = await startS3({
      buckets: [{ logicalId: "B", name: "trust", cors: [] }],
      folder: join(folder, "s3"),
      port: 0,
      region: "us-east-1",
      credentials,
      clock: systemClock,
      log: recordedLog(),
    });
    closing.push(() => s3.close());
    const { port, ca, log } = await start([secured("s3://trust/clients/ca.pem")], { s3 });
    expect(log.lines.join("\n")).toContain("s3://trust/clients/ca.pem");
    await expect(call(port, "api.localhost", { ca, ...trusted })).rejects.toThrow();
    const { S3Client, PutObjectCommand } = await import("@aws-sdk/client-s3");
    const client = new S3Client({
      endpoint: s3.endpoint,
      region: "us-east-1",
      credentials,
      forcePathStyle: true,
    });
    await client.send(
      new PutObjectCommand({ Bucket: "trust", Key: "clients/ca.pem", Body: authority.certificate }),
    );
    client.destroy();
    expect((await call(port, "api.localhost", { ca, ...trusted })).status).toBe(200);
  });

  test.each<[string, string]>([
    ["no certificate", "hello"],
    ["a broken one", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    ["over 1 MB", "x".repeat(1_048_577)],
    ["over 1,000 of them", "-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n".repeat(1001)],
  ])("refuses a trust store with %s: TRUSTSTORE_UNREADABLE", async (_name, content) => {
    await writeFile(join(folder, "trust.pem"), content);
    const refused = expect.objectContaining({ code: "TRUSTSTORE_UNREADABLE" });
    await expect(start([secured("trust.pem")])).rejects.toThrow(refused);
    await expect(start([secured("none.pem")])).rejects.toThrow(refused);
  });
});

describe("a trust store", () => {
  const chain = (length: number): string => {
    const made = [issue("1")];
    for (let at = 2; at <= length; at += 1) made.push(issue(String(at), made.at(-1)));
    return made.map(({ certificate }) => certificate).join("\n");
  };
  const truststore = (uri: string) => [mapped("api.localhost", { mutualTls: { truststoreUri: uri } })];

  test.each<[string, () => string, string]>([
    ["a short RSA key", () => issue("a", undefined, { bits: 1024 }).certificate, "neither RSA of 2,048 bits"],
    ["P-521", () => p521, "nor P-256 or P-384"],
    [
      "SHA-1",
      () => issue("a", undefined, { digest: forge.md.sha1.create() }).certificate,
      "less than SHA-256",
    ],
    ["a chain of five", () => chain(5), "more than 4"],
  ])("with %s is refused: TRUSTSTORE_UNREADABLE", async (_name, content, why) => {
    await writeFile(join(folder, "trust.pem"), content());
    const refused = { code: "TRUSTSTORE_UNREADABLE", message: expect.stringContaining(why) };
    await expect(start(truststore("trust.pem"))).rejects.toMatchObject(refused);
  });

  test.each<[string, () => string]>([
    ["P-256", () => p256],
    ["a chain of four", () => chain(4)],
  ])("with %s is taken", async (_name, content) => {
    await writeFile(join(folder, "trust.pem"), content());
    expect((await start(truststore("trust.pem"))).port).toBeGreaterThan(0);
  });
});

/** Certificates that nobody has the key of. */
const p521 = `-----BEGIN CERTIFICATE-----
MIIB9TCCAVagAwIBAgIUWEFQ8SKOVH00oUrmvnxWAirGkFQwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAeFw0yNjExMjExNjU4NDNaFw0zNjExMTgxNjU4NDNaMAwx
CjAIBgNVBAMMAWEwgZswEAYHKoZIzj0CAQYFK4EEACMDgYYABAHd7Q2vQRBOnYU4
kTjScgY2fZBJX2yB4HrDmG/lEwEXN5//3TuDZ2aKpJj73eRJEr7eIddqv2W+fhJV
bFh7EtnAmAHT5w5yua3ImzDrFUEfps1pWJb9maeGdrx0tTFPudvGzuLxRy43optb
Uh0lI0ocNx7n4q1h2ipDgSvNUsyYtSVaBKNTMFEwHQYDVR0OBBYEFN1IV9DEfAOL
YGDesUkPPfum4Mh9MB8GA1UdIwQYMBaAFN1IV9DEfAOLYGDesUkPPfum4Mh9MA8G
A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDgYwAMIGIAkIBEKHjg4g2Xw6nE9Iv
oeyA6xdZbjzp/Yx8iSCvNbgo5RYBPkduggdi9dk6nAnD8rLt75b6yXusV2kqxrbx
RoWm6XQCQgEPrTUFbmers1LOvu54L1QEy98FBilurDcynEwtF8cBwm5iCT4lSNF5
fe4Tewr3RzEN5bilaS7ZtGA+X7guUP/YKg==
-----END CERTIFICATE-----`;
const p256 = `-----BEGIN CERTIFICATE-----
MIIBbDCCAROgAwIBAgIUcEOc3FtWEQlpYKJDAOc1gwVAocAwCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBYTAeFw0yNjExMjExNjU4NDNaFw0zNjExMTgxNjU4NDNaMAwx
CjAIBgNVBAMMAWEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASBJv5ycsOp9pgS
n0IbxoD9LJnEMH+Myswublbt8ZQco7m27+HVeZjkfYL/ck9kXqgmFtMI+A1Qdg34
WQOOp1vDo1MwUTAdBgNVHQ4EFgQUX90gb5i9rB1LhczHFviFmMxmVRgwHwYDVR0j
BBgwFoAUX90gb5i9rB1LhczHFviFmMxmVRgwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNHADBEAiAo63PYYq9GRuet2nec5IKP1mX+yfvh4fT6rlojgT2JbwIg
bI4Z6wRCj43xu5rce5vP/5Z3pvunVTyWIxehOoaten0=
-----END CERTIFICATE-----`;

describe("a WebSocket API under a domain", () => {
  test("opens at the mapping, and events name the domain", async () => {
    const seen = toSignal<{ readonly requestContext: Readonly<Record<string, unknown>> }>();
    await using api = await startApi({
      connect: (event: { readonly requestContext: Readonly<Record<string, unknown>> }) => {
        seen.give(event);
        return { statusCode: 200 };
      },
      send: () => ({ statusCode: 200, body: "answer" }),
    });
    const { port } = new URL(api.url);
    const domain = mapped("ws.localhost", { mappings: [{ path: "chat", api: "websocket", stage: "dev" }] });
    const { port: outer, ca } = await start([domain], { websocket: Number(port) });
    const to = { ca: ca ?? "", servername: "ws.localhost", headers: { host: "ws.localhost" } };
    const client = toClient(`wss://127.0.0.1:${outer}/chat?room=1`, to);
    await once(client.ws, "open");
    expect((await seen.take()).requestContext).toMatchObject({ domainName: "ws.localhost", stage: "dev" });
    client.ws.send('{"action":"send"}');
    expect(await client.next()).toBe("answer");
    client.ws.close(1000);
    expect((await client.closed).code).toBe(1000);
    expect(await refusedAt(`wss://127.0.0.1:${outer}/other`, to)).toMatchObject({ status: 403 });
  });

  test("is missed where there is none: DOMAIN_WITHOUT_API", async () => {
    const lost = mapped("ws.localhost", { mappings: [{ path: "", api: "websocket", stage: "dev" }] });
    await expect(start([lost])).rejects.toThrow(expect.objectContaining({ code: "DOMAIN_WITHOUT_API" }));
  });
});

test("a domain that leads nowhere is refused: DOMAIN_WITHOUT_API", async () => {
  const lost = mapped("api.localhost", { mappings: [{ path: "", api: "http", stage: "dev" }] });
  await expect(start([lost])).rejects.toThrow(expect.objectContaining({ code: "DOMAIN_WITHOUT_API" }));
});
