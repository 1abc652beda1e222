// What the gateway's S3 holds in memory while a large file comes in: a little, however large the file.
import { expect, test } from "vitest";
import { weighUpload } from "../bench/uploads/large-upload.ts";

/** 2048 with UPLOAD_MB=2048; less takes as much memory, and less time. */
const megabytes = Number(process.env["UPLOAD_MB"] ?? 512);

test.each(["PUT by presigned URL", "POST by form"] as const)(
  "a large upload holds under 100 MB: %s",
  async (way) => {
    const { more } = await weighUpload(megabytes, way);
    expect(more).toBeLessThan(100);
  },
  180_000,
);
