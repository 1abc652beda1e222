// A Serverless plugin that points `sls invoke local` at the back ends of the running local gateway.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");

/**
 * Gives a locally invoked function the environment that the running gateway gives it: endpoints, credentials,
 * and every `Ref` resolved, so that nothing is asked of AWS. Does nothing for any other command.
 *
 * Reads `.gatewright/running.json` beside serverless.yml, or in the folder that GATEWRIGHT_DATA names.
 */
module.exports = class GatewrightPlugin {
  constructor(serverless, options) {
    this.serverless = serverless;
    this.options = options;
    this.hooks = { initialize: () => this.pointAtGateway() };
  }

  pointAtGateway() {
    const { commands } = this.serverless.processedInput;
    if (commands.join(" ") !== "invoke local") return;
    const name = this.options.function;
    const lambda = this.serverless.service.functions[name];
    if (!lambda) return; // the command itself says which functions there are
    const environment = this.readRunning().environments[name];
    if (!environment) {
      throw this.error(`The running gateway does not know the function "${name}". Start it again with this serverless.yml.`);
    }
    this.serverless.service.provider.environment = {};
    lambda.environment = environment;
    Object.assign(process.env, environment);
  }

  readRunning() {
    const folder = process.env.GATEWRIGHT_DATA ?? join(this.serverless.serviceDir, ".gatewright");
    try {
      const running = JSON.parse(readFileSync(join(folder, "running.json"), "utf8"));
      process.kill(running.pid, 0);
      return running;
    } catch {
      throw this.error(`No gateway is running on the data in ${folder}. Start one first, for example with "npm start".`);
    }
  }

  error(message) {
    return new this.serverless.classes.Error(message, "GATEWRIGHT_NOT_RUNNING");
  }
};
