// Links to files, kept for as long as they are good.
const keptMs = 50 * 60_000;

/** Asks for a link, or gives the one that is still good. `fresh` asks in any case. */
export type FileLinks = (room: string, file: string, fresh?: boolean) => Promise<string>;

/** Starts with no links; a signed link lasts an hour and is kept a little less. */
export function createFileLinks(ask: (room: string, file: string) => Promise<string>): FileLinks {
  const links = new Map<string, { readonly url: Promise<string>; readonly until: number }>();
  return (room, file, fresh = false) => {
    const known = links.get(file);
    if (known && !fresh && known.until > Date.now()) return known.url;
    const url = ask(room, file);
    links.set(file, { url, until: Date.now() + keptMs });
    url.catch(() => links.delete(file)); // who asked hears of it
    return url;
  };
}
