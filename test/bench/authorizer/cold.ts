// A cold start: a fresh process imports a bundle and verifies its first token, without a network.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Effort, Table } from "../bench.ts";
import { median } from "../statistics.ts";

const here = dirname(fileURLToPath(import.meta.url));

const entries = {
  "bare Node": "export {};",
  "aws-jwt-verify alone": `
    import { CognitoJwtVerifier } from "aws-jwt-verify";
    const { token, jwk, pool, client } = JSON.parse(process.env.BENCH_GIVEN);
    const verifier = CognitoJwtVerifier.create({ userPoolId: pool, clientId: client, tokenUse: "access" });
    verifier.cacheJwks({ keys: [jwk] });
    await verifier.verify(token);`,
  "ours, cognito": ours(
    `cognito({ userPoolId: pool, clientId: client, tokenUse: "access", bundledKeys: { keys: [jwk] } })`,
    "cognito",
  ),
  "ours, oidc": ours(
    `oidc({ issuer: "https://cognito-idp.us-east-1.amazonaws.com/" + pool, audience: client, keys: { jwks: { keys: [jwk] } } })`,
    "oidc",
  ),
  "ours, every verifier but saml": `
    import * as all from "@gatewright/authorizer";
    globalThis.kept = all;
    ${ours(
      `cognito({ userPoolId: pool, clientId: client, tokenUse: "access", bundledKeys: { keys: [jwk] } })`,
      "cognito",
    )}`,
} as const;

function ours(verifier: string, name: string): string {
  return `
    import { allow, authorizer, fromHeader, fromSubprotocol, ${name} } from "@gatewright/authorizer";
    const { token, jwk, pool, client } = JSON.parse(process.env.BENCH_GIVEN);
    const handler = authorizer({
      token: [fromHeader("authorization"), fromSubprotocol()],
      verify: [${verifier}],
      decide: ({ claims }) => allow({ principalId: claims.sub, routes: ["GET /rooms/*"] }),
    });
    const answer = await handler({ type: "TOKEN", authorizationToken: token,
      methodArn: "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms/42" });
    if (answer.policyDocument.Statement[0].Effect !== "Allow") throw new Error("refused");`;
}

/** Measures every bundle: its size, and what a process with it takes more than one without. */
export async function measureCold({ quick, say }: Effort): Promise<Table> {
  const folder = mkdtempSync(join(here, ".cold-"));
  try {
    const env = { ...process.env, NODE_OPTIONS: "", BENCH_GIVEN: JSON.stringify(await makeGiven()) };
    const files = new Map<string, string>();
    for (const [name, source] of Object.entries(entries)) files.set(name, await bundle(folder, name, source));
    const times = new Map<string, number[]>([...files.keys()].map((name) => [name, []]));
    const cpu = new Map<string, number[]>([...files.keys()].map((name) => [name, []]));
    const rounds = quick ? 2 : 25;
    for (let round = 0; round < rounds; round += 1)
      for (const [name, file] of files) {
        const taken = start(file, env);
        times.get(name)?.push(taken.ms);
        cpu.get(name)?.push(taken.cpuMs);
      }
    say(`${rounds} processes each, interleaved`);
    const bare = median(times.get("bare Node") ?? []);
    return {
      title: "A cold start with the first token, keys at hand",
      columns: [
        { key: "name", head: "" },
        { key: "bytes", head: "bytes, minified" },
        { key: "gzip", head: "gzip" },
        { key: "more", head: "ms more than bare Node (median)", digits: 1 },
        { key: "cpu", head: "ms of CPU more (median)", digits: 1 },
      ],
      rows: [...files].map(([name, file]) => ({
        name,
        bytes: statSync(file).size,
        gzip: gzipSync(readFileSync(file)).length,
        more: median(times.get(name) ?? []) - bare,
        cpu: median(cpu.get(name) ?? []) - median(cpu.get("bare Node") ?? []),
      })),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(folder: string, name: string, source: string): Promise<string> {
  const file = join(folder, `${name.replaceAll(/\W+/g, "-")}.mjs`);
  const stop = "{ const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); }";
  await build({
    stdin: { contents: `${source}\n${stop}`, resolveDir: here },
    outfile: file,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node22",
    conditions: ["@gatewright/source"],
  });
  return file;
}

async function makeGiven(): Promise<object> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "bench-1", alg: "RS256", use: "sig" };
  const [pool, client] = ["us-east-1_BenchPool", "1example23456789"];
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: "ada",
    iss: `https://cognito-idp.us-east-1.amazonaws.com/${pool}`,
    username: "ada",
    client_id: client,
    aud: client,
    token_use: "access",
    scope: "chat",
    iat: now,
    exp: now + 36_000,
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: "bench-1" })
    .sign(privateKey);
  return { token, jwk, pool, client };
}

/** A process from its start to its end: milliseconds on the clock, and of the processor as it says itself. */
function start(file: string, env: NodeJS.ProcessEnv): { readonly ms: number; readonly cpuMs: number } {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} failed: ${stderr}`);
  return { ms: performance.now() - started, cpuMs: Number(stdout) };
}
