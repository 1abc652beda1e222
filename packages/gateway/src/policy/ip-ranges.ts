// Ranges of addresses, IPv4 and IPv6, as policies and web ACLs write them.
import { BlockList, isIP } from "node:net";

/** Whether an address is within. What is no address is not. */
export type IpRanges = (address: string) => boolean;

/**
 * Compiles addresses and CIDR ranges, as in `203.0.113.0/24`, `198.51.100.7` and `2001:db8::/32`.
 *
 * @returns the ranges, or the first text that is none.
 */
export function compileIpRanges(texts: readonly string[]): IpRanges | { readonly wrong: string } {
  const list = new BlockList();
  for (const text of texts) {
    const [address = "", bits, ...more] = text.split("/");
    const version = isIP(address);
    const most = version === 4 ? 32 : 128;
    const length = bits === undefined ? most : Number(bits);
    const isNumber = bits === undefined || /^\d{1,3}$/.test(bits);
    if (version === 0 || !isNumber || length > most || more.length > 0) return { wrong: text };
    list.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
  }
  return (given) => {
    const address = given.replace(/^::ffff:(?=\d+\.)/i, "");
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
  };
}
