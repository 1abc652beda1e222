// Whatever comes from outside gives a value or one of our failures, never something else.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { failures, memoryTickets, uploadTo } from "../../src/index.ts";
import { fit } from "../../src/large/large-responses.ts";

const uploads = uploadTo({
  bucket: "cats",
  region: "us-east-1",
  credentials: { accessKeyId: "AKID", secretAccessKey: "s" },
  rules: { maxBytes: 1000, types: ["image/*"] },
  proof: { tickets: memoryTickets() },
});

/** Settles with a value, or with a failure of ours. */
async function isOurs(running: Promise<unknown>): Promise<void> {
  try {
    await running;
  } catch (error) {
    expect(failures.is(error)).toBe(true);
  }
}

test("a command of the browser", async () => {
  const command = fc.oneof(
    fc.anything(),
    fc.record({
      do: fc.oneof(fc.constantFrom("sign", "list", "complete", "abort"), fc.anything()),
      id: fc.oneof(fc.string(), fc.anything()),
      parts: fc.oneof(fc.array(fc.record({ number: fc.anything(), checksum: fc.anything() })), fc.anything()),
    }),
  );
  await fc.assert(fc.asyncProperty(command, (given) => isOurs(uploads.answerParts(given, { owner: "ada" }))));
});

test("an event of S3", async () => {
  const record = fc.record(
    {
      eventSource: fc.constant("aws:s3"),
      eventName: fc.oneof(fc.constant("ObjectCreated:Put"), fc.string()),
      s3: fc.record({
        bucket: fc.record({ name: fc.constant("cats") }),
        object: fc.record({ key: fc.string() }),
      }),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record), async (Records) => {
      expect((await uploads.receiveEvent({ Records })).ignored).toBe(Records.length);
    }),
  );
});

test("an id, a name, a type, metadata", async () => {
  const file = fc.record({
    filename: fc.string(),
    contentType: fc.oneof(fc.constant("image/png"), fc.string()),
    size: fc.oneof(fc.constant(5), fc.double()),
    owner: fc.string(),
    metadata: fc.dictionary(fc.string(), fc.string()),
  });
  await fc.assert(fc.asyncProperty(file, (given) => isOurs(uploads.ticket(given))));
  await fc.assert(fc.asyncProperty(fc.string(), (id) => isOurs(uploads.confirm(id))));
});

test("a result of a function, and what the caller accepts", async () => {
  const headers = fc.dictionary(fc.string(), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.anything(), headers, async (result, asking) => {
      expect(await fit(result, asking, {})).toBe(result);
    }),
  );
});
