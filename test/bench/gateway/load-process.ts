// Runs in a fresh process: clients that each keep a connection and ask again as soon as they are answered.
import { connect, type Socket } from "node:net";
import { answerParent } from "../child.ts";
import { percentile } from "../statistics.ts";

/** Whom to ask, for how long, and what is the right answer. */
export interface LoadJob {
  readonly url: string;
  readonly clients: number;
  readonly warmMs: number;
  readonly measureMs: number;
  readonly body: string;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A header with another number in each request. */
  readonly counter?: string;
}

/** What it was like. */
export interface Load {
  readonly perSecond: number;
  /** Of the first second, everything cold. */
  readonly firstSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How many in all, while warming too. */
  readonly answers: number;
}

answerParent({ run });

async function run({ url, clients, warmMs, measureMs, body, headers, counter }: LoadJob): Promise<Load> {
  const times: number[] = [];
  const start = performance.now();
  const from = start + warmMs;
  const until = from + measureMs;
  let inFirstSecond = 0;
  let answers = 0;
  const answered = (since: number): boolean => {
    const now = performance.now();
    answers += 1;
    if (now - start < 1_000) inFirstSecond += 1;
    if (since >= from && now <= until) times.push(now - since);
    return now < until;
  };
  await Promise.all(
    Array.from({ length: clients }, () => ask(toRequest(new URL(url), headers, counter), body, answered)),
  );
  return {
    perSecond: (times.length * 1_000) / measureMs,
    firstSecond: inFirstSecond,
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
    answers,
  };
}

interface Request {
  readonly url: URL;
  readonly text: () => string;
}

let count = 0;

function toRequest(url: URL, headers: LoadJob["headers"] = {}, counter?: string): Request {
  const all = { host: url.host, accept: "application/json", "user-agent": "bench", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join("")}`;
  const text = `${head}\r\n`;
  return {
    url,
    text: counter === undefined ? () => text : () => `${head}${counter}: ${(count += 1)}\r\n\r\n`,
  };
}

/** Asks until `answered` says that it is enough. Rejects at the first wrong answer. */
function ask({ url, text }: Request, body: string, answered: (since: number) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname);
    socket.setNoDelay(true);
    let since = 0;
    const send = (): void => {
      since = performance.now();
      socket.write(text());
    };
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("The server ended a connection.")));
    onAnswers(socket, (answer) => {
      if (!answer.startsWith("HTTP/1.1 200 ") || !answer.endsWith(body)) {
        reject(new Error(`The server answered wrongly: ${answer}`));
        socket.destroy();
      } else if (answered(since)) send();
      else {
        socket.removeAllListeners("close");
        socket.destroy();
        resolve();
      }
    });
  });
}

/** Collects whole answers. Every answer here has a `content-length`. */
function onAnswers(socket: Socket, take: (answer: string) => void): void {
  let text = "";
  socket.setEncoding("latin1");
  socket.on("data", (chunk: string) => {
    text += chunk;
    const head = text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1]);
    if (Number.isNaN(length)) return take(text);
    if (text.length < head + 4 + length) return;
    const answer = text;
    text = "";
    take(answer);
  });
}
