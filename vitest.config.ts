// Every test of the house. Packages are read from source, so that a test never meets a stale build.
import { defineConfig } from "vitest/config";

const conditions = ["@gatewright/source"];

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
          name: "house",
          include: ["test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
