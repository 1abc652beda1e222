// What is told to who sent a token must not be told to logs.
import { expect, test } from "vitest";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { createRestApi } from "../../../src/invoke/rest-api.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { systemIds } from "../../../src/ports.ts";
import { method, recordedLog, request, restApi, service } from "./requests.ts";

test.each(["GET /dev/iam", "GET /dev/nowhere"])(
  "%s with a token is refused without a word of it in the log",
  async (target) => {
    const clock = manualClock();
    const log = recordedLog();
    const stages = [
      {
        name: "dev",
        variables: {},
        deploymentId: "dep001",
        methodSettings: { "*/*": { loggingLevel: "INFO", dataTraceEnabled: false } },
      },
    ] as const;
    const application = createRestApi({
      api: restApi([method("GET /iam", { iam: true })], { stages }),
      service: service(),
      functions: inlineFunctions({}, clock),
      apiKeyValues: new Map(),
      clock,
      ids: systemIds,
      log,
    });
    const answer = await application.answer(
      request(target, { headers: [["authorization", "Bearer sesame"]] }),
    );
    expect([answer.status, answer.body.toString()]).toEqual([403, expect.stringContaining("sesame")]);
    expect(log.lines.join("\n")).toContain("IncompleteSignatureException");
    expect(log.lines.join("\n")).not.toContain("sesame");
  },
);
