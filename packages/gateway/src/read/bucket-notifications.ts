// Which functions a bucket tells what becomes of its objects: by its own configuration, or by a function's `s3` events.
import type { Bucket, BucketNotification } from "../model/resources.ts";
import type { Cursor } from "./cursor.ts";
import type { Declared } from "./declared.ts";
import type { FunctionEvent } from "./events.ts";
import type { FunctionTable } from "./functions.ts";
import { type Names, toLogicalName } from "./names.ts";

/** What a bucket refers to. */
export interface BucketContext {
  readonly names: Names;
  readonly table: FunctionTable;
}

const events = [
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Post",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:ObjectTagging:*",
  "s3:ObjectTagging:Put",
  "s3:ObjectTagging:Delete",
] as const;

/**
 * Reads the `NotificationConfiguration` of a bucket; only functions are told here.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-notificationconfiguration.html
 */
export function readNotifications(at: Cursor | undefined, context: BucketContext): BucketNotification[] {
  if (at === undefined) return [];
  for (const kind of ["QueueConfigurations", "TopicConfigurations", "EventBridgeConfiguration"]) {
    at.optional(kind)?.skip().tell(`${kind} of a bucket have no effect on this machine.`);
  }
  return (at.optional("LambdaConfigurations")?.items() ?? []).map((item) => readLambda(item, context));
}

function readLambda(at: Cursor, context: BucketContext): BucketNotification {
  const rules = at.optional("Filter")?.at("S3Key").at("Rules").items() ?? [];
  return {
    events: [at.at("Event").oneOf(events)],
    functionKey: readFunction(at.at("Function"), context),
    ...toFilter(rules.map((rule) => [rule.at("Name").oneOf(["prefix", "suffix"]), rule.at("Value").text()])),
  };
}

/**
 * Adds what functions say in their `s3` events; a bucket that no resource declares is made, as the framework does it.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/s3
 */
export function withEvents(buckets: readonly Bucket[], of: readonly FunctionEvent[]): Bucket[] {
  const byName = new Map(buckets.map((bucket) => [bucket.name, bucket]));
  for (const { functionKey, at } of of.filter(({ kind }) => kind === "s3")) {
    const place = at.isText ? at : at.at("bucket");
    const name = place.matching(
      /^(?=.{3,63}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])$/,
      "the name of a bucket: 3 to 63 small letters, digits, - and .",
    );
    const isExisting = !at.isText && (at.optional("existing")?.flag() ?? false);
    const known = byName.get(name);
    if (known === undefined && isExisting)
      place.refuse("a bucket of this definition, as existing: true says");
    const bucket = known ?? {
      logicalId: `S3Bucket${toLogicalName(name.replaceAll(/[^a-z0-9]/g, ""))}`,
      name,
      cors: [],
    };
    byName.set(name, {
      ...bucket,
      notifications: [...(bucket.notifications ?? []), readEvent(functionKey, at)],
    });
  }
  return [...byName.values()];
}

/** Adds what the framework's own resources tell buckets of `existing: true`, in a template that it wrote. */
export function withFrameworkResources(
  buckets: readonly Bucket[],
  resources: readonly Declared[],
  { functions }: FunctionTable,
): readonly Bucket[] {
  const byName = new Map(buckets.map((bucket) => [bucket.name, bucket]));
  for (const { properties: at } of resources) {
    at.at("ServiceToken").skip();
    const bucket =
      byName.get(at.at("BucketName").text()) ?? at.at("BucketName").refuse("a bucket of this definition");
    const lambda = functions.find(({ name }) => name === at.at("FunctionName").text());
    const functionKey = lambda?.key ?? at.at("FunctionName").refuse("a function of this definition");
    const added = at
      .at("BucketConfigs")
      .items()
      .map((item): BucketNotification => {
        const rules = (item.optional("Rules")?.items() ?? []).flatMap((rule) =>
          rule.entries().map(([name, value]): [string, string] => [name, value.text()]),
        );
        return Object.assign({ events: [item.at("Event").oneOf(events)], functionKey }, toFilter(rules));
      });
    byName.set(bucket.name, { ...bucket, notifications: [...(bucket.notifications ?? []), ...added] });
  }
  return [...byName.values()];
}

function readEvent(functionKey: string, at: Cursor): BucketNotification {
  if (at.isText) return { events: ["s3:ObjectCreated:*"], functionKey };
  at.at("forceDeploy").skip();
  const rules = (at.optional("rules")?.items() ?? []).flatMap((rule) =>
    rule.entries().map(([name, value]): [string, string] => {
      if (name !== "prefix" && name !== "suffix") value.refuse("prefix or suffix");
      return [name, value.text()];
    }),
  );
  return {
    events: [at.optional("event")?.oneOf(events) ?? "s3:ObjectCreated:*"],
    functionKey,
    ...toFilter(rules),
  };
}

function toFilter(
  rules: readonly (readonly [string, string])[],
): Pick<BucketNotification, "prefix" | "suffix"> {
  return Object.fromEntries(rules.map(([name, value]) => [name.toLowerCase(), value]));
}

function readFunction(at: Cursor, { names, table }: BucketContext): string {
  const arn = at.text({ expected: "the Arn of a function of this definition" });
  const found = table.functions.find(({ name }) => arn === names.arn("lambda", `function:${name}`));
  return (
    found?.key ?? at.refuse("the Arn of a function of this definition, as in !GetAtt HelloLambdaFunction.Arn")
  );
}
