// What every cold start has in common.
export const bucket = "cats";
export const region = "us-east-1";
export const credentials: { accessKeyId: string; secretAccessKey: string } = {
  accessKeyId: "AKIDBENCH",
  secretAccessKey: "bench/secret",
};

/** Says that a ticket came. */
export function report(url: string): void {
  process.stdout.write(url.startsWith("https://") ? "ok" : url);
}
