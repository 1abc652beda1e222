// What every cold start has in common.
export const bucket = "cats";
export const region = "us-east-1";
export const credentials: { accessKeyId: string; secretAccessKey: string } = {
  accessKeyId: "AKIDBENCH",
  secretAccessKey: "bench/secret",
};

/** Says what it took of the processor, in microseconds, if a ticket came. */
export function report(url: string): void {
  const { user, system } = process.cpuUsage();
  process.stdout.write(url.startsWith("https://") ? String(user + system) : url);
}
