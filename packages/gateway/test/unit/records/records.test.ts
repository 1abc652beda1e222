import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { failures } from "../../../src/failures.ts";
import { parseLogFormat } from "../../../src/deploy/log-format.ts";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { createHttpApi } from "../../../src/invoke/http-api.ts";
import { createRestApi } from "../../../src/invoke/rest-api.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import type { RestStage } from "../../../src/model/stage.ts";
import { type Functions, systemIds } from "../../../src/ports.ts";
import { fillLogFormat } from "../../../src/records/access-log.ts";
import { fileSink } from "../../../src/records/log-sink.ts";
import { createMetrics } from "../../../src/records/metrics.ts";
import { toMetricsTable, toNamedMetrics, toPrometheus } from "../../../src/records/metrics-text.ts";
import { createRecorder } from "../../../src/records/recorder.ts";
import { httpApi, method, recordedLog, request, restApi, service } from "../invoke/requests.ts";

const stage = (given: Partial<RestStage>): RestStage => ({
  name: "dev",
  variables: {},
  deploymentId: "d",
  ...given,
});

function start(given: Partial<RestStage> = {}) {
  const clock = manualClock();
  const metrics = createMetrics();
  const lines: string[] = [];
  const sink = {
    write: (to: string | undefined, line: string) => void lines.push(`${to ?? "terminal"}: ${line}`),
    close: () => Promise.resolve(),
  };
  const recorder = createRecorder(metrics, sink);
  const shared = { clock, ids: systemIds, log: recordedLog(), recorder };
  const functions = inlineFunctions(
    {
      f: (event: { readonly headers: Readonly<Record<string, string>> }) => {
        clock.advance(20);
        if (event.headers["X-Fail"]) throw new Error("no");
        return { statusCode: 200, body: JSON.stringify(event) };
      },
    },
    clock,
  );
  const keyed = service({
    apiKeys: [{ id: "k", name: "k", value: "secret-key-0123456789", enabled: true }],
    usagePlans: [{ id: "p", name: "p", apiKeyIds: ["k"], stages: [{ apiId: "restapi001", stage: "dev" }] }],
  });
  const rest = createRestApi({
    ...shared,
    functions,
    service: keyed,
    apiKeyValues: new Map(),
    api: restApi([method("GET /a"), method("GET /k", { apiKeyRequired: true, resourceId: "res002" })], {
      stages: [stage(given)],
    }),
  });
  const http = createHttpApi({ ...shared, functions, service: service(), api: httpApi(["GET /a"]) });
  return { rest, http, metrics, lines };
}

describe("metrics", () => {
  test("count by stage and method, under CloudWatch's names", async () => {
    const { rest, http, metrics } = start({ cacheCluster: { enabled: true, sizeGb: 0.5 } });
    await rest.answer(request("GET /dev/a"));
    await rest.answer(request("GET /dev/a"));
    await rest.answer(request("GET /dev/k"));
    await rest.answer(
      request("GET /dev/k", {
        headers: [
          ["x-api-key", "secret-key-0123456789"],
          ["X-Fail", "1"],
        ],
      }),
    );
    await rest.answer(request("GET /dev/none"));
    await rest.answer(request("GET /test/a"));
    await http.answer(request("GET /a"));
    const named = toNamedMetrics(metrics.series());
    expect(named.map(({ dimensions }) => Object.values(dimensions).join(" "))).toEqual([
      "dev-chat dev /a GET",
      "dev-chat dev /k GET",
      "dev-chat dev  ",
      "httpapi001 $default GET /a",
    ]);
    expect(named.map(({ metrics: figures }) => figures)).toMatchObject([
      {
        Count: 2,
        "4XXError": 0,
        "5XXError": 0,
        CacheHitCount: 1,
        CacheMissCount: 1,
        Latency: { average: 10, max: 20 },
        IntegrationLatency: { average: 20, max: 20 },
      },
      { Count: 2, "4XXError": 1, "5XXError": 1, CacheMissCount: 1 },
      { Count: 1, "4XXError": 1 },
      { Count: 1, "4xx": 0, "5xx": 0, Latency: { average: 20 } },
    ]);
  });

  test("are written for Prometheus, with labels that cannot break out", () => {
    const metrics = createMetrics();
    const place = { kind: "rest", api: 'a"\n', stage: "dev", route: "GET /a" } as const;
    const sample = {
      status: 200,
      latencyMs: 3,
      integrationMs: undefined,
      cache: undefined,
      bytes: 1,
    } as const;
    metrics.count(place, sample);
    metrics.count(place, { ...sample, status: 404, latencyMs: 40_000 });
    const text = toPrometheus(metrics.series());
    const labels = 'kind="rest",api="a\\"\\n",stage="dev",resource="/a",method="GET"';
    for (const line of [
      "# TYPE apigateway_count_total counter",
      `apigateway_count_total{${labels}} 2`,
      `apigateway_4xx_errors_total{${labels}} 1`,
      `apigateway_latency_milliseconds_bucket{${labels},le="2"} 0`,
      `apigateway_latency_milliseconds_bucket{${labels},le="5"} 1`,
      `apigateway_latency_milliseconds_bucket{${labels},le="29000"} 1`,
      `apigateway_latency_milliseconds_bucket{${labels},le="+Inf"} 2`,
      `apigateway_latency_milliseconds_sum{${labels}} 40003`,
      `apigateway_integration_latency_milliseconds_count{${labels}} 0`,
    ]) {
      expect(text.split("\n")).toContain(line);
    }
    expect(toMetricsTable(metrics.series())).toEqual([
      "dev GET /a: 2 requests, 1 4XX, 0 5XX, 20001.5 ms (40000 at most)",
    ]);
  });
});

describe("an access log", () => {
  test.each([
    ["nothing that names the request", "$context.status", "requestId"],
    ["more than 3 KB", `$context.requestId${"x".repeat(3072)}`, "3 KB"],
  ])("of %s is refused", (_, format, why) => {
    try {
      start({ accessLog: { format } });
      expect.unreachable();
    } catch (error) {
      expect(failures.is(error) && [error.code, error.message]).toEqual([
        "ACCESS_LOG_INVALID",
        expect.stringContaining(why),
      ]);
    }
  });

  test("names the invocation by the id that the function is given", async () => {
    const given: (string | undefined)[] = [];
    const inline = inlineFunctions({ f: () => ({ statusCode: 200 }) });
    const functions: Functions = {
      ...inline,
      invoke(key, event, options) {
        given.push(options.requestId);
        return inline.invoke(key, event, options);
      },
    };
    const lines: string[] = [];
    const sink = {
      write: (_: unknown, line: string) => void lines.push(line),
      close: () => Promise.resolve(),
    };
    const rest = createRestApi({
      functions,
      clock: manualClock(),
      ids: systemIds,
      log: recordedLog(),
      recorder: createRecorder(createMetrics(), sink),
      service: service(),
      apiKeyValues: new Map(),
      api: restApi([method("GET /a")], {
        stages: [stage({ accessLog: { format: "$context.integration.requestId $context.requestId" } })],
      }),
    });
    await rest.answer(request("GET /dev/a"));
    expect(given).toEqual([lines[0]?.split(" ")[0]]);
  });

  test("tells how a connection is secured", async () => {
    const { rest, lines } = start({
      accessLog: { format: "$context.tlsVersion $context.cipherSuite $context.requestId" },
    });
    const tls = () => ({ version: "TLSv1.3", cipherSuite: "TLS_AES_256_GCM_SHA384" });
    await rest.answer({ ...request("GET /dev/a"), tls });
    expect(lines[0]).toMatch(/^terminal: TLSv1\.3 TLS_AES_256_GCM_SHA384 /);
  });

  test.each([
    ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/chat:*", "/aws/chat"],
    ["arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-x", "amazon-apigateway-x"],
    ["chat", "chat"],
  ])("to %s goes to %s", (destinationArn, destination) => {
    expect(parseLogFormat({ format: "$context.requestId", destinationArn }).destination).toBe(destination);
  });

  test("of a canary goes to a group of its own", async () => {
    const canary = {
      percentTraffic: 100,
      deploymentId: "d",
      stageVariableOverrides: {},
      useStageCache: false,
    };
    const accessLog = { format: "$context.requestId", destinationArn: "chat" };
    const [own, other] = [start({ accessLog }), start({ accessLog, canary })];
    for (const { rest } of [own, other]) await rest.answer(request("GET /dev/a"));
    expect([own.lines[0], other.lines[0]]).toEqual([
      expect.stringMatching(/^chat: /),
      expect.stringMatching(/^chat\/Canary: /),
    ]);
  });

  test("cannot be broken by what a client sends", () => {
    const variables = {
      requestId: 'a"\\\r\nb\u2028c',
      error: { messageString: '"x"' },
      deep: { "a.b": 1, c: {} },
    };
    const fill = (format: string) => fillLogFormat(parseLogFormat({ format }), variables);
    expect(fill('{"id":"$context.requestId","m":$context.error.messageString}')).toBe(
      '{"id":"a\\"\\\\ b c","m":"x"}',
    );
    expect(fill("$context.requestId $context.deep.a.b $context.deep.c $context.__proto__.x")).toBe(
      'a"\\ b c 1 - -',
    );
  });
});

describe("an execution log", () => {
  const settings = { "*/*": { loggingLevel: "INFO", dataTraceEnabled: true } } as const;
  const bearer = "Bearer abcdefghijklmnopqrstuvwxyz";

  test("shows no token and no key, wherever they stand", async () => {
    const { rest, lines } = start({ methodSettings: settings });
    await rest.answer(
      request("GET /dev/k", {
        headers: [
          ["Authorization", bearer],
          ["Cookie", "session=0123456789"],
          ["x-api-key", "secret-key-0123456789"],
        ],
      }),
    );
    const text = lines.join("\n");
    expect(text).toContain("***************456789");
    for (const secret of ["abcdefghijklm", "secret-key-0", "session=0"]) expect(text).not.toContain(secret);
    expect(text).toContain("Endpoint request body after transformations: ");
    expect(text).toContain("Endpoint response body before transformations: ");
  });

  test("goes to the stage's own group, a canary's to another", async () => {
    const canary = {
      percentTraffic: 100,
      deploymentId: "d",
      stageVariableOverrides: {},
      useStageCache: false,
    };
    const info = { "*/*": { loggingLevel: "INFO" } } as const;
    const groups = await Promise.all(
      [start({ methodSettings: info }), start({ methodSettings: info, canary })].map(
        async ({ rest, lines }) => {
          await rest.answer(request("GET /dev/a"));
          return lines[0]?.split(":", 1)[0];
        },
      ),
    );
    expect(groups).toEqual([
      "API-Gateway-Execution-Logs_restapi001/dev",
      "API-Gateway-Execution-Logs_restapi001/dev/Canary",
    ]);
  });

  test("says headers and bodies only with data trace, and nothing where it is off or all went well", async () => {
    const [info, error, off] = await Promise.all(
      (["INFO", "ERROR", "OFF"] as const).map(async (loggingLevel) => {
        const { rest, lines } = start({ methodSettings: { "*/*": { loggingLevel } } });
        await rest.answer(request("GET /dev/a"));
        return lines;
      }),
    );
    expect([error, off]).toEqual([[], []]);
    expect(info?.some((line) => line.includes("Successfully completed execution"))).toBe(true);
    expect(info?.some((line) => /headers|body/.test(line))).toBe(false);
  });

  test("is cut at 1,024 bytes, between characters", async () => {
    const { rest, lines } = start({ methodSettings: settings });
    await rest.answer(request(`GET /dev/a?q=${"%C3%A9".repeat(900)}`));
    const sizes = lines.map((line) => Buffer.byteLength(line.slice(line.indexOf("(")))); // after group and time
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024);
    const query = lines.find((line) => line.includes("query string"));
    expect(query).toMatch(/é\[TRUNCATED\]$/);
  });
});

describe("log files", () => {
  const folders: string[] = [];
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
  });

  test("are named after their destination and stay below their folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "logs-"));
    folders.push(folder);
    const log = recordedLog();
    const sink = fileSink(join(folder, "logs"), log);
    sink.write("/aws/chat", "one");
    sink.write("/aws/chat", "two");
    sink.write("../../out", "three");
    sink.write(undefined, "four");
    await sink.close();
    expect(await readFile(join(folder, "logs/aws/chat.log"), "utf8")).toBe("one\ntwo\n");
    expect(await readFile(join(folder, "logs/_/_/out.log"), "utf8")).toBe("three\n");
    expect(log.lines).toEqual(["info four"]);
  });

  test("that cannot be written are said so, and the gateway goes on", async () => {
    const log = recordedLog();
    const sink = fileSink("/dev/null/logs", log);
    sink.write("chat", "one");
    await sink.close();
    expect(log.lines).toEqual([expect.stringMatching(/^warn .*chat\.log cannot be written/)]);
  });
});
