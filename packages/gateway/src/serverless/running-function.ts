// Finds the running gateway that a function is to meet.
import { readRunning, type RunningGateway } from "../data-folder.ts";
import { failures } from "../failures.ts";

/**
 * Says what runs on a data folder, if it knows the function.
 *
 * @throws `GATEWAY_NOT_RUNNING`, `FUNCTION_NOT_RUNNING`.
 */
export async function runningFunction(folder: string, functionKey: string): Promise<RunningGateway> {
  const running = await readRunning(folder);
  if (!running) throw failures.create("GATEWAY_NOT_RUNNING", { folder });
  if (!Object.hasOwn(running.environments, functionKey)) {
    throw failures.create("FUNCTION_NOT_RUNNING", { functionKey });
  }
  return running;
}
