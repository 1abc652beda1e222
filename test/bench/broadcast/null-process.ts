// Runs in a process of its own: a management endpoint that takes every post and does nothing with it.
import { createServer } from "node:http";
import { answerParent } from "../child.ts";
import { listen } from "../listen.ts";

/** How often each connection was posted to since it was last asked. */
const posts = new Map<string, number>();

answerParent({
  start: () =>
    listen(
      createServer((request, response) => {
        const { url = "" } = request;
        request.resume();
        request.once("end", () => {
          posts.set(url, (posts.get(url) ?? 0) + 1);
          response.writeHead(200, { "content-length": 0 });
          response.end();
        });
      }),
    ),
  /** Says what is wrong; nothing if every connection was posted to so often. */
  settle({ connections, times }: { readonly connections: number; readonly times: number }): string | null {
    const wrong = [...posts.values()].filter((count) => count !== times).length;
    const said = `${posts.size} connections were posted to instead of ${connections}, ${wrong} of them not ${times} times`;
    const isRight = posts.size === connections && wrong === 0;
    posts.clear();
    return isRight ? null : said;
  },
});
