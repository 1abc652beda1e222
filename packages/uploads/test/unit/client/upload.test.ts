// The browser's half, with an XMLHttpRequest that really sends to the gateway's own S3.
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { upload, UploadError } from "../../../src/client/index.ts";
import { NodeRequest } from "./node-request.ts";
import { type Bench, png, pngFile, startBench } from "../bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await bench.end();
});
beforeEach(() => void vi.stubGlobal("XMLHttpRequest", NodeRequest));

describe("upload", () => {
  test("sends the file with its ticket and tells how far it is", async () => {
    const ticket = await bench.uploads().ticket(pngFile);
    const parts: number[] = [];
    await upload(ticket, new Blob([png]), { onProgress: (part) => void parts.push(part) });
    expect(parts).toEqual([0.5, 1]);
    expect(await bench.uploads().confirm(ticket.id)).toMatchObject({ owner: "ada", size: png.length });
  });

  test("tells S3's reason when the file is refused", async () => {
    const ticket = await bench.uploads().ticket(pngFile);
    const failed = upload(ticket, new Blob([png, "more"]));
    await expect(failed).rejects.toBeInstanceOf(UploadError);
    await expect(failed).rejects.toMatchObject({ code: "EntityTooLarge", status: 400 });
  });

  test("says EXPIRED for an old ticket", async () => {
    const ticket = await bench.uploads({ expires: 1 }).ticket(pngFile);
    const back = bench.pass(5000);
    await expect(upload(ticket, new Blob([png]))).rejects.toMatchObject({ code: "EXPIRED", status: 403 });
    back();
  });

  test("says NETWORK when nobody answers", async () => {
    const ticket = await bench.uploads().ticket(pngFile);
    const lost = { ...ticket, url: "http://127.0.0.1:1/" };
    await expect(upload(lost, new Blob([png]), { attempts: 1 })).rejects.toMatchObject({
      code: "NETWORK",
      status: 0,
    });
  });

  test("is stopped by its signal, before and while it runs", async () => {
    const ticket = await bench.uploads().ticket(pngFile);
    const reason = new Error("changed my mind");
    await expect(upload(ticket, new Blob([png]), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const stop = new AbortController();
    const running = upload(ticket, new Blob([png]), {
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(running).rejects.toBe(reason);
  });
});
