// Address blocks cut into smaller ones, as Fn::Cidr does.
import { isIPv4, isIPv6 } from "node:net";

/**
 * The first `count` blocks with `bits` host bits within a block such as `10.0.0.0/16`; nothing where they do not fit.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 */
export function cutBlock(block: string, count: number, bits: number): readonly string[] | undefined {
  const [address = "", mask = ""] = block.split("/");
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  const size = width - Number(mask);
  if (width === 0 || !/^\d{1,3}$/.test(mask) || size < bits || bits < 1) return undefined;
  if (BigInt(count) > 1n << BigInt(size - bits)) return undefined;
  const network = (toNumber(address, width) >> BigInt(size)) << BigInt(size);
  return Array.from({ length: count }, (_, index) => {
    const first = network + (BigInt(index) << BigInt(bits));
    return `${width === 32 ? toV4(first) : toV6(first)}/${width - bits}`;
  });
}

function toNumber(address: string, width: number): bigint {
  if (width === 32) return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return [...first, ...zeros, ...last].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}

function toV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
}

function toV6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
