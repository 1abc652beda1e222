// The conditions of an upload form, held against what the form really says.
import { S3Error } from "./s3-error.ts";

/** What a policy leaves open about the file: how long it may be. */
export interface LengthRange {
  readonly least: number;
  readonly most: number;
}

/** What is held against the policy. */
export interface Form {
  /** Names in lower case; `key` with `${filename}` replaced, `bucket` from the URL. */
  readonly fields: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Condition =
  | {
      readonly kind: "eq" | "starts-with";
      readonly field: string;
      readonly value: string;
      readonly text: string;
    }
  | { readonly kind: "content-length-range"; readonly range: LengthRange };

/** Fields that need no condition: the policy itself, its signature, the file, and what is marked to be ignored. */
const free = /^(policy|x-amz-signature|file|bucket|x-ignore-.*)$/;

/**
 * Checks a form against its policy and says how long the file may be.
 *
 * Every condition must hold, and every field must be named by a condition.
 *
 * @throws S3Error `AccessDenied` for a form that breaks the policy, `InvalidPolicyDocument` for a policy that is not
 *   understood.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPostPolicy(policy: string, form: Form): LengthRange {
  const { expiration, conditions } = readPolicy(policy);
  if (form.now > expiration) throw broken("Policy expired.");
  let range: LengthRange = { least: 0, most: Number.POSITIVE_INFINITY };
  const covered = new Set<string>();
  for (const condition of conditions) {
    if (condition.kind === "content-length-range") {
      const { least, most } = condition.range;
      range = { least: Math.max(range.least, least), most: Math.min(range.most, most) };
    } else {
      covered.add(condition.field);
      const value = form.fields.get(condition.field);
      if (!holds(condition, value)) throw broken(`Policy Condition failed: ${condition.text}`);
    }
  }
  const extra = [...form.fields.keys()].find((name) => !covered.has(name) && !free.test(name));
  if (extra !== undefined) throw broken(`Extra input fields: ${extra}`);
  return range;
}

function holds(
  condition: Exclude<Condition, { kind: "content-length-range" }>,
  value: string | undefined,
): boolean {
  const { kind, field, value: wanted } = condition;
  if (kind === "eq") return value === wanted;
  if (field !== "content-type") return (value ?? "").startsWith(wanted);
  return (value ?? "").split(",").every((type) => type.trim().startsWith(wanted)); // S3 reads this one as a list
}

function broken(why: string): S3Error {
  return new S3Error("AccessDenied", `Invalid according to Policy: ${why}`);
}

function readPolicy(text: string): { expiration: number; conditions: Condition[] } {
  const policy = parse(text);
  if (!isRecord(policy)) throw invalid("Policy is not a JSON object.");
  const { expiration, conditions } = policy;
  const time =
    typeof expiration === "string" && /^\d{4}-.*Z$/.test(expiration) ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(time)) throw invalid("Policy missing expiration, or it is not an ISO 8601 date in UTC.");
  if (!Array.isArray(conditions)) throw invalid("Policy missing conditions.");
  return { expiration: time, conditions: conditions.flatMap(readCondition) };
}

function readCondition(given: unknown): Condition[] {
  const text = JSON.stringify(given);
  if (Array.isArray(given)) {
    const [operator, first, second] = given as readonly unknown[]; // looked at below
    const kind = typeof operator === "string" ? operator.toLowerCase() : "";
    if (given.length === 3 && kind === "content-length-range") return [readRange(first, second)];
    const named = typeof first === "string" && first.startsWith("$") && typeof second === "string";
    if (given.length === 3 && named && (kind === "eq" || kind === "starts-with")) {
      return [{ kind, field: first.slice(1).toLowerCase(), value: second, text }];
    }
    throw invalid(`Condition not understood: ${text}`);
  }
  if (!isRecord(given)) throw invalid(`Condition not understood: ${text}`);
  return Object.entries(given).map(([name, value]) => {
    if (typeof value !== "string") throw invalid(`Condition not understood: ${text}`);
    const asList = JSON.stringify(["eq", `$${name}`, value]);
    return { kind: "eq", field: name.toLowerCase(), value, text: asList };
  });
}

function readRange(first: unknown, second: unknown): Condition {
  const [least, most] = [Number(first), Number(second)];
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least < 0 || most < least) {
    throw invalid("content-length-range needs two whole numbers, the smaller one first.");
  }
  return { kind: "content-length-range", range: { least, most } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("Policy is not JSON.");
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(why: string): S3Error {
  return new S3Error("InvalidPolicyDocument", `Invalid Policy: ${why}`);
}
