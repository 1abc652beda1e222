// A large upload into the gateway's S3, and what its process holds meanwhile.
import { fork, type ForkOptions } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { presignText } from "@gatewright/signature";
import { bucket, credentials, region } from "./cold/setting.ts";

const mib = 1024 ** 2;

/** Sends so many megabytes in one piece. */
export async function weighUpload(megabytes: number): Promise<Record<string, string | number>[]> {
  const options = { execArgv: process.execArgv, stdio: ["ignore", 2, 2, "ipc"] } satisfies ForkOptions;
  const child = fork(new URL("./s3-process.ts", import.meta.url), options);
  const [{ endpoint }] = (await once(child, "message")) as [{ endpoint: string }]; // its first word
  const memory = async (): Promise<number> => {
    child.send("memory");
    const [{ most }] = (await once(child, "message")) as [{ most: number }]; // its answer
    return most / mib;
  };
  const before = await memory();
  const since = performance.now();
  await sendZeros(endpoint, megabytes);
  const seconds = (performance.now() - since) / 1000;
  const most = await memory();
  child.disconnect();
  await once(child, "exit");
  return [{ what: "PUT by presigned URL", before, most, more: most - before, seconds }];
}

function sendZeros(endpoint: string, megabytes: number): Promise<void> {
  const { origin, host } = new URL(endpoint);
  const length = String(megabytes * mib);
  const url = presignText(
    {
      method: "PUT",
      origin,
      host,
      path: `/${bucket}/large`,
      query: [],
      headers: { "content-length": length },
      expires: 900,
    },
    { credentials, region, service: "s3" },
  );
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "PUT", headers: { "content-length": length } }, (answer) => {
      answer
        .resume()
        .on("end", () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
        );
    });
    sending.on("error", reject);
    const piece = Buffer.alloc(mib, 7);
    void (async () => {
      for (let sent = 0; sent < megabytes; sent++) if (!sending.write(piece)) await once(sending, "drain");
      sending.end();
    })().catch(reject);
  });
}
