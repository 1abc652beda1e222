// Who looks into a file before anybody may have it.
import type { UploadProof } from "./inspect.ts";

/** A file that waits for its scan. */
export interface FileToScan {
  readonly bucket: string;
  /** Where it waits. */
  readonly key: string;
  /** What is known of it already. */
  readonly proof: UploadProof;
  /** The object's tags, read from S3 at each call. */
  readonly tags: () => Promise<Readonly<Record<string, string>>>;
}

/** `clean` lets a file through, `infected` refuses it, `pending` asks to be asked again. */
export type ScanVerdict = "clean" | "infected" | "pending";

/** Judges a file. What it throws leaves the file where it is, to be judged again. */
export type Scan = (file: FileToScan) => ScanVerdict | Promise<ScanVerdict>;

/**
 * Judges by the tag that GuardDuty's Malware Protection for S3 leaves on an object; without one, the scan is pending.
 *
 * A file that GuardDuty could not look into (encrypted, too large) is refused.
 *
 * @see https://docs.aws.amazon.com/guardduty/latest/ug/monitor-enable-s3-object-tagging.html
 */
export async function guardDutyVerdict(file: FileToScan): Promise<ScanVerdict> {
  const status = (await file.tags())["GuardDutyMalwareScanStatus"];
  if (status === undefined) return "pending";
  return status === "NO_THREATS_FOUND" ? "clean" : "infected";
}
