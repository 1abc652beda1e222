// Runs in a fresh process: one poster, which broadcasts cold, then warm.
import { answerParent } from "../child.ts";
import type { Audience, StartPoster } from "./poster.ts";

/** Who posts what to whom. */
export interface PosterJob {
  readonly poster: string;
  readonly audience: Audience;
  readonly texts: readonly string[];
  /** How many of the texts go first and are not counted. */
  readonly warmUp: number;
}

/** What it cost. */
export interface PosterCost {
  readonly perSecond: number;
  /** Of this process alone. */
  readonly cpuUsPerPost: number;
  /** The first broadcast, from before the poster's module is loaded. */
  readonly firstMs: number;
}

answerParent({
  async run({ poster, audience, texts, warmUp }: PosterJob): Promise<PosterCost> {
    const loading = performance.now();
    const module = (await import(`./posters/${poster}.ts`)) as { readonly start: StartPoster }; // every poster exports one
    const loaded = performance.now() - loading;
    const broadcast = await module.start(audience, texts);
    const cold = performance.now();
    await broadcast(texts[0] ?? "");
    const firstMs = loaded + performance.now() - cold;
    for (const text of texts.slice(1, warmUp)) await broadcast(text);
    const posts = (texts.length - warmUp) * audience.connectionIds.length;
    const cpu = process.cpuUsage();
    const since = performance.now();
    for (const text of texts.slice(warmUp)) await broadcast(text);
    const ms = performance.now() - since;
    const { user, system } = process.cpuUsage(cpu);
    return { perSecond: (posts * 1_000) / ms, cpuUsPerPost: (user + system) / posts, firstMs };
  },
});
