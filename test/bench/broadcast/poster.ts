// What a way of posting to many connections is; each file in `posters/` exports one as `start`.

/** Whom to reach, and through what. */
export interface Audience {
  /** As in `http://127.0.0.1:4003/dev`. */
  readonly endpoint: string;
  readonly connectionIds: readonly string[];
}

/** Sends one of the texts to everybody; resolves when each post is answered, rejects where one is not answered by 200. */
export type Broadcast = (text: string) => Promise<void>;

/** Gets ready. The texts are all that will be sent, for those who sign beforehand. The key is in the environment. */
export type StartPoster = (audience: Audience, texts: readonly string[]) => Promise<Broadcast>;

/** How many posts run at once, for every poster that has a limit. */
export const concurrency = 32;
