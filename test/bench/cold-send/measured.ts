// A cold start, timed inside: the bundle that is named, loaded, and its first event to the end.
const [bundle = "", event = "{}"] = process.argv.slice(2);
const begun = performance.now();
const cpu = process.cpuUsage();
const { handler } = (await import(bundle)) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};
const loaded = performance.now() - begun;
const answer = await handler(JSON.parse(event), {
  awsRequestId: "1",
  getRemainingTimeInMillis: () => 10_000,
});
const first = performance.now() - begun;
const { user, system } = process.cpuUsage(cpu);
process.send?.({ loaded, first, cpu: (user + system) / 1_000, answer: JSON.stringify(answer) });
process.disconnect();
