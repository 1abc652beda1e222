// A Serverless plugin that lets `sls invoke local` meet the back ends of the running local gateway.
"use strict";
const { existsSync } = require("node:fs");
const path = require("node:path");

/** What a bundler leaves behind in the file's place, the likeliest first. */
const extensions = [".mjs", ".js", ".cjs"];
/** A bundler that has failed may keep its own process, and with it ours. */
const patienceMs = 500;

/**
 * Runs a locally invoked function as the running gateway would: on the gateway's Node.js, and with the environment that
 * the gateway gives it, so that nothing is asked of AWS. Placeholders in the event are filled. Does nothing for any
 * other command.
 *
 * Reads `.gatewright/running.json` beside serverless.yml, or in the folder that GATEWRIGHT_DATA names.
 */
class GatewrightPlugin {
  constructor(serverless, options) {
    this.serverless = serverless;
    this.options = options;
    if (serverless.processedInput.commands.join(" ") !== "invoke local") return;
    this.hooks = {
      initialize: () => this.tellPlainly(() => this.pointAtGateway()),
      "after:invoke:local:loadEnvVars": () => this.tellPlainly(() => this.fillEvent()),
      error: endSoon,
    };
  }

  async pointAtGateway() {
    const { service, serviceDir, pluginManager } = this.serverless;
    const name = this.options.function;
    if (!service.getAllFunctions().includes(name)) return; // the command itself says which there are
    const { runningFunction } = await import("./dist/serverless/running-function.js");
    this.lambda = service.functions[name];
    this.folder = serviceDir;
    this.running = await runningFunction(
      process.env.GATEWRIGHT_DATA ?? path.join(serviceDir, ".gatewright"),
      name,
    );
    this.useEnvironment(this.running.environments[name]);
    // Only now, so that it comes after every bundler's, which moves `serviceDir` to where its bundles are.
    const hook = "before:invoke:local:invoke";
    pluginManager.hooks[hook] = [...(pluginManager.hooks[hook] ?? []), { hook: () => this.takeOver() }];
  }

  /** Nothing of the developer's own AWS account may reach the function, nor make the command ask for a login. */
  useEnvironment(environment) {
    delete this.options["aws-profile"];
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
    Object.assign(process.env, environment);
    this.serverless.service.provider.environment = {};
    this.lambda.environment = environment;
  }

  async fillEvent() {
    if (!this.running) return;
    const { fillEvent } = await import("./dist/serverless/fill-event.js");
    this.options.data = await fillEvent(this.options.data, this.running);
  }

  /** Puts this file's own handler in the place of the function's, which then runs in a process of its own. */
  takeOver() {
    if (this.options.docker) return;
    const { handler } = this.lambda;
    const { serviceDir } = this.serverless;
    const dot = handler.lastIndexOf(".");
    const base = path.join(serviceDir, handler.slice(0, dot));
    const file = extensions.map((extension) => base + extension).find((each) => existsSync(each));
    if (file === undefined) return; // the command itself says what it looked for
    const folder = path.join(this.folder, path.dirname(handler));
    const bundle = { file, handler: handler.slice(dot + 1), folder };
    GatewrightPlugin.handler = async (event, context) => {
      const { runBundle } = await import("./dist/serverless/run-bundle.js");
      const timeoutMs = context.getRemainingTimeInMillis?.() ?? 6_000;
      return runBundle({ ...bundle, event, context, timeoutMs }, this.running.node.path);
    };
    this.lambda.handler = `${path.relative(serviceDir, __filename.replace(/\.cjs$/, ""))}.handler`;
  }

  /** Errors of the command's own kind are told in a sentence, others with their stack. */
  async tellPlainly(work) {
    try {
      await work();
    } catch (error) {
      throw error?.package === "gateway"
        ? new this.serverless.classes.Error(error.message, error.code)
        : error;
    }
  }
}

function endSoon() {
  setTimeout(() => process.exit(1), patienceMs).unref();
}

module.exports = GatewrightPlugin;
