// Where the bucket is, and who signs for it.
import { type Credentials, encodeUri, environmentCredentials } from "@gatewright/signature";
import { failures } from "./failures.ts";

/** A bucket, as the caller names it. */
export interface PlaceOptions {
  readonly bucket: string;
  /** @default AWS_REGION of the environment */
  readonly region?: string;
  /** @default AWS_ENDPOINT_URL_S3 of the environment, else AWS */
  readonly endpoint?: string;
  /** @default those of the environment, read at each call */
  readonly credentials?: Credentials | (() => Credentials | Promise<Credentials>);
}

/** A bucket that can be signed for. */
export interface Place {
  readonly bucket: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Ends in a slash; a key follows. */
  readonly url: string;
  /** `url` in its parts: as in `https://s3.us-east-1.amazonaws.com`, its host, and `/my.bucket/`. */
  readonly origin: string;
  readonly host: string;
  readonly path: string;
}

/**
 * Finds a bucket by the options and the environment, as they are now.
 *
 * An endpoint of its own is spoken to in path style. So is AWS for a bucket with dots, which no certificate covers.
 *
 * @throws `REGION_MISSING`, and `CREDENTIALS_MISSING` of `@gatewright/signature`
 */
export async function findPlace(options: PlaceOptions): Promise<Place> {
  const { bucket } = options;
  const region = options.region ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  if (!region) throw failures.create("REGION_MISSING", { bucket });
  const given = options.credentials ?? environmentCredentials;
  const credentials = typeof given === "function" ? await given() : given;
  return { bucket, region, credentials, ...toAddress(toBucketUrl(options, region)) };
}

/** The path of an object's URL, with its key encoded as S3 signs it. */
export function toObjectPath(place: Place, key: string): string {
  return place.path + key.split("/").map(encodeUri).join("/");
}

type Address = Pick<Place, "url" | "origin" | "host" | "path">;
let latest: Address | undefined;

/** Takes a URL apart; the last one is kept, as most functions speak to one bucket. */
function toAddress(url: string): Address {
  if (latest?.url !== url) {
    const { origin, host, pathname } = new URL(url);
    latest = { url, origin, host, path: pathname };
  }
  return latest;
}

function toBucketUrl({ bucket, endpoint }: PlaceOptions, region: string): string {
  const own = endpoint ?? process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  if (own) return `${own.replace(/\/+$/, "")}/${bucket}/`;
  const service = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
  return bucket.includes(".") ? `https://${service}/${bucket}/` : `https://${bucket}.${service}/`;
}
