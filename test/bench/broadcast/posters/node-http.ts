// node-http: posts signed beforehand, over node:http with an agent that keeps connections.
import { Agent, request } from "node:http";
import { concurrency, type StartPoster } from "../poster.ts";
import { presign, type Presigned } from "../presigned.ts";

export const start: StartPoster = async (audience, texts) => {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const posts = presign(audience, texts);
  return async (text) => {
    const left = (posts.get(text) ?? []).values();
    const work = async (): Promise<void> => {
      for (const post of left) await send(post, agent);
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
};

function send({ url, headers, text }: Presigned, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      method: "POST",
      agent,
      headers: { ...headers, "content-length": Buffer.byteLength(text) },
    };
    const sent = request(url, options, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`A post was answered with ${response.statusCode}.`));
      });
    });
    sent.once("error", reject);
    sent.end(text);
  });
}
