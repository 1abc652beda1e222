// Every test of the house. Packages are read from source, so that a test never meets a stale build.
import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

const conditions = ["@gatewright/source"];
/** Tests wait for sockets and processes more than they count: two files at once, on two cores, take half the time. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/** These measure, fill the machine, or write beside serverless.yml: one at a time, and nothing else meanwhile. */
const alone = [
  "test/connections/*.test.ts",
  "test/house/bench.test.ts",
  "test/integration/{burst,framework,invoke-local,packaged,process}.test.ts",
  "test/uploads-story/memory.test.ts",
];

const house = { testTimeout: 60_000, hookTimeout: 180_000 };

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    execArgv: ["--conditions=@gatewright/source"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // No token, key or cookie of any test may be in what the whole run says.
    globalSetup: "test/secrets/whole-run.ts",
    setupFiles: "test/secrets/watch.ts",
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts"],
          maxWorkers,
          typecheck: {
            enabled: true,
            include: ["packages/*/test/**/*.test-d.ts"],
            tsconfig: "tsconfig.check.json",
            // `npm run check` compiles the sources; here only the type tests speak.
            ignoreSourceErrors: true,
          },
        },
      },
      {
        extends: true,
        test: {
          ...house,
          name: "house",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...alone],
          maxWorkers,
        },
      },
      {
        extends: true,
        test: { ...house, name: "alone", include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
