// A large upload into the gateway's S3, and what its process holds meanwhile.
import { fork, type ForkOptions } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { presignPost, presignText } from "@gatewright/signature";
import { bucket, credentials, region } from "./cold/setting.ts";

const mib = 1024 ** 2;
const signer = { credentials, region };

/** How a file is sent in one piece. */
export type UploadWay = "PUT by presigned URL" | "POST by form";

/** What the S3's process held, in megabytes. */
export interface UploadWeight extends Readonly<Record<string, string | number>> {
  readonly what: UploadWay;
  readonly before: number;
  readonly most: number;
  readonly more: number;
  readonly seconds: number;
}

/** Sends so many megabytes in one piece. */
export async function weighUpload(megabytes: number, what: UploadWay): Promise<UploadWeight> {
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
  await send(what === "POST by form" ? toForm(endpoint, megabytes) : toPut(endpoint, megabytes), megabytes);
  const seconds = (performance.now() - since) / 1000;
  const most = await memory();
  child.disconnect();
  await once(child, "exit");
  return { what, before, most, more: most - before, seconds };
}

/** A request around the file's bytes. */
interface Sending {
  readonly method: "PUT" | "POST";
  readonly url: string;
  readonly type?: string;
  readonly head: string;
  readonly tail: string;
}

function toPut(endpoint: string, megabytes: number): Sending {
  const { origin, host } = new URL(endpoint);
  const headers = { "content-length": String(megabytes * mib) };
  const at = { method: "PUT", origin, host, path: `/${bucket}/large`, query: [], headers, expires: 900 };
  return { method: "PUT", url: presignText(at, { ...signer, service: "s3" }), head: "", tail: "" };
}

function toForm(endpoint: string, megabytes: number): Sending {
  const length = megabytes * mib;
  const fields = presignPost(
    {
      bucket,
      key: "large",
      fields: {},
      conditions: [["content-length-range", length, length]],
      expires: 900,
    },
    signer,
  );
  const part = (name: string) => `--edge\r\nContent-Disposition: form-data; name="${name}"`;
  const written = Object.entries(fields).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  return {
    method: "POST",
    url: `${endpoint}/${bucket}`,
    type: "multipart/form-data; boundary=edge",
    head: `${written.join("")}${part("file")}; filename="large"\r\n\r\n`,
    tail: "\r\n--edge--\r\n",
  };
}

function send({ method, url, type, head, tail }: Sending, megabytes: number): Promise<void> {
  const headers = {
    "content-length": Buffer.byteLength(head + tail) + megabytes * mib,
    ...(type !== undefined && { "content-type": type }),
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers }, (answer) => {
      const isDone = answer.statusCode === 200 || answer.statusCode === 204;
      answer
        .resume()
        .on("end", () => (isDone ? resolve() : reject(new Error(`status ${answer.statusCode}`))));
    });
    sending.on("error", reject);
    const piece = Buffer.alloc(mib, 7);
    void (async () => {
      sending.write(head);
      for (let sent = 0; sent < megabytes; sent++) if (!sending.write(piece)) await once(sending, "drain");
      sending.end(tail);
    })().catch(reject);
  });
}
