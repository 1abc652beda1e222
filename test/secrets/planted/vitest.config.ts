// The run that must fail: the house's own settings, and secrets planted everywhere.
import { defineConfig, type ViteUserConfig } from "vitest/config";
import house from "../../../vitest.config.ts";

const { projects: _, ...test } = house.test ?? {};

const config: ViteUserConfig = defineConfig({
  ...house,
  root: new URL("../../..", import.meta.url).pathname,
  test: { ...test, include: ["test/secrets/planted/plant.ts"] },
});

export default config;
