// An address as logs may show it.

/** Takes user info, query and fragment off: they may hold what a log must not. */
export function toLoggedUrl(url: string): string {
  const [address = ""] = url.split(/[?#]/, 1);
  return address.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/]*@/i, "$1");
}
