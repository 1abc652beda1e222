// Whether a host is this machine itself.

/** Whether an address or a host name, brackets allowed, means the loopback interface. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|\[?::1\]?|localhost)$/i.test(host);
}
