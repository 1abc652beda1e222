// What does not stay for ever: objects that are old, and uploads that nobody finishes.
import type { LifecycleRule } from "../../model/resources.ts";
import type { Clock } from "../../ports.ts";
import type { Admitted, Answer, OpenBucket, S3 } from "./call.ts";
import { type Element, insideOf, listOf, readXml, textOf } from "./read-xml.ts";
import { notImplemented, S3Error } from "./s3-error.ts";
import { takeText } from "./take-body.ts";
import { s3Namespace, toXml, type XmlNode } from "./xml.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Holds buckets to their rules, now and every hour; the returned function ends it. */
export function keepLifecycle(buckets: readonly OpenBucket[], clock: Clock): () => void {
  let cancel = () => {};
  const run = () => {
    for (const bucket of buckets) cleanUp(bucket, clock.now());
    cancel = clock.after(hourMs, run);
  };
  run();
  return () => cancel();
}

function cleanUp({ store, lifecycle }: OpenBucket, now: number): void {
  for (const { prefix, expirationDays, abortDays } of lifecycle.filter(({ enabled }) => enabled)) {
    if (expirationDays !== undefined) {
      const isOld = (key: string) => now - (store.find(key)?.lastModified ?? now) >= expirationDays * dayMs;
      for (const key of store.keys()) if (key.startsWith(prefix) && isOld(key)) store.remove(key);
    }
    if (abortDays !== undefined) {
      for (const { id, key, begun } of store.uploads.all()) {
        if (key.startsWith(prefix) && now - begun >= abortDays * dayMs) store.uploads.end(id);
      }
    }
  }
}

/** Takes other rules for as long as the server runs; the definition's come back with the next start. */
export async function putLifecycle(call: Admitted, to: S3): Promise<Answer> {
  const rules = listOf(readXml(await takeText(call, to), "LifecycleConfiguration"), "Rule");
  if (rules.length === 0) throw new S3Error("MalformedXML");
  call.bucket.lifecycle = rules.map(readRule);
  return { status: 200 };
}

/** Tells the rules. */
export function getLifecycle({ bucket }: Admitted): Answer {
  if (bucket.lifecycle.length === 0) throw new S3Error("NoSuchLifecycleConfiguration");
  const body = toXml("LifecycleConfiguration", bucket.lifecycle.map(toRuleNode), s3Namespace);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** Takes the rules away. */
export function deleteLifecycle({ bucket }: Admitted): Answer {
  bucket.lifecycle = [];
  return { status: 204 };
}

const understood = new Set([
  "ID",
  "Status",
  "Prefix",
  "Filter",
  "Expiration",
  "AbortIncompleteMultipartUpload",
]);

function readRule(rule: Element, index: number): LifecycleRule {
  const strange = Object.keys(rule).find((name) => !understood.has(name));
  if (strange !== undefined) throw notImplemented(`${strange} of a lifecycle rule`);
  const filter = insideOf(rule, "Filter") ?? {};
  const odd = Object.keys(filter).find((name) => name !== "Prefix");
  if (odd !== undefined) throw notImplemented(`${odd} of a lifecycle filter`);
  const expirationDays = readDays(insideOf(rule, "Expiration"), "Days");
  const abortDays = readDays(insideOf(rule, "AbortIncompleteMultipartUpload"), "DaysAfterInitiation");
  return {
    id: textOf(rule, "ID") ?? `rule-${index + 1}`,
    enabled: textOf(rule, "Status") === "Enabled",
    prefix: textOf(filter, "Prefix") ?? textOf(rule, "Prefix") ?? "",
    ...(expirationDays !== undefined && { expirationDays }),
    ...(abortDays !== undefined && { abortDays }),
  };
}

function readDays(element: Element | undefined, name: string): number | undefined {
  if (element === undefined) return undefined;
  const days = Number(textOf(element, name));
  if (Number.isInteger(days) && days > 0) return days;
  throw notImplemented(`a lifecycle action without ${name}`);
}

function toRuleNode(rule: LifecycleRule): XmlNode {
  return [
    "Rule",
    [
      ["ID", rule.id],
      ["Filter", [["Prefix", rule.prefix]]],
      ["Status", rule.enabled ? "Enabled" : "Disabled"],
      ...(rule.expirationDays === undefined
        ? []
        : [["Expiration", [["Days", String(rule.expirationDays)]]] as const]),
      ...(rule.abortDays === undefined
        ? []
        : [["AbortIncompleteMultipartUpload", [["DaysAfterInitiation", String(rule.abortDays)]]] as const]),
    ],
  ];
}
