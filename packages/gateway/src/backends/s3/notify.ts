// Functions that are told what becomes of objects, as Lambda does it: later, and again when they fail.
import type { BucketNotification } from "../../model/resources.ts";
import type { Clock, Functions, Log } from "../../ports.ts";
import type { Happening, HappeningName, S3 } from "./call.ts";

/** What events are made and carried with. */
export interface NotifyParts {
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Left out, nobody is told. */
  readonly functions?: Pick<Functions, "invoke"> | undefined;
}

/** Lambda tries an event again after one minute and after two more. */
const pausesMs = [60_000, 120_000];
/** A function may take this long by itself; its own limit ends it sooner. */
const longestMs = 900_000;

/**
 * Tells functions by the bucket's notifications. The caller of S3 does not wait for them.
 *
 * An event may come again after a failure, and events of one key may overtake each other, as on AWS.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function createTeller(parts: NotifyParts): S3["tell"] {
  const next = createSequencer(parts.clock);
  return (name, happening) => {
    const { functions } = parts;
    if (!functions) return;
    for (const [index, notification] of happening.bucket.notifications.entries()) {
      if (!wants(notification, name, happening.object.key)) continue;
      const event = {
        Records: [
          toRecord(name, happening, {
            ...parts,
            sequencer: next(),
            id: `${notification.functionKey}-${index + 1}`,
          }),
        ],
      };
      void deliver(notification.functionKey, event, { ...parts, functions }, 0);
    }
  };
}

function wants(
  { events, prefix = "", suffix = "" }: BucketNotification,
  name: HappeningName,
  key: string,
): boolean {
  const isNamed = events.some((event) => {
    const wanted = event.replace(/^s3:/, "");
    return wanted.endsWith("*") ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  });
  return isNamed && key.startsWith(prefix) && key.endsWith(suffix);
}

async function deliver(
  functionKey: string,
  event: object,
  parts: NotifyParts & { readonly functions: Pick<Functions, "invoke"> },
  attempt: number,
): Promise<void> {
  const { functions, clock, log } = parts;
  const result = await functions.invoke(functionKey, event, { timeoutMs: longestMs });
  if (result.kind === "returned") return;
  const pause = pausesMs[attempt];
  const why = result.kind === "failed" ? `${result.errorType}: ${result.errorMessage}` : result.kind;
  if (pause === undefined)
    return log.error(`S3: ${functionKey} failed three times on an event, which is given up (${why}).`);
  log.warn(`S3: ${functionKey} failed on an event (${why}); it is tried again in ${pause / 60_000} min.`);
  clock.after(pause, () => void deliver(functionKey, event, parts, attempt + 1));
}

/** Ever greater, so that a receiver can tell which event of a key is the later one. */
function createSequencer(clock: Clock): () => string {
  let last = 0n;
  return () => {
    const now = BigInt(Math.floor(clock.now())) << 16n;
    last = now > last ? now : last + 1n;
    return last.toString(16).toUpperCase().padStart(18, "0");
  };
}

function toRecord(
  name: HappeningName,
  { bucket, object, call }: Happening,
  by: { readonly region: string; readonly clock: Clock; readonly sequencer: string; readonly id: string },
): object {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: by.region,
    eventTime: new Date(by.clock.now()).toISOString(),
    eventName: name,
    userIdentity: { principalId: "AWS:gatewright" },
    requestParameters: { sourceIPAddress: call.request.socket.remoteAddress ?? "127.0.0.1" },
    responseElements: { "x-amz-request-id": by.sequencer, "x-amz-id-2": "gatewright" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: by.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: "gatewright" },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: toEventKey(object.key),
        ...(object.size !== undefined && { size: object.size, eTag: object.etag }),
        sequencer: by.sequencer,
      },
    },
  };
}

/** Encoded as in a form: a space is `+`, slashes stay. */
function toEventKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}
