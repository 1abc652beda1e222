// Reads a definition of whichever kind a file is: a serverless.yml, the same as code, or a CloudFormation template.
import { basename, resolve } from "node:path";
import type { Service } from "../model/service.ts";
import { isTemplate, readCloudformation } from "./cloudformation.ts";
import { isCode } from "./definition-code.ts";
import { readDefinitionText } from "./definition-text.ts";
import { readServerless, type ReadOptions } from "./serverless.ts";

/**
 * Reads a file with {@link readCloudformation} where it is a template, and with {@link readServerless} otherwise.
 *
 * @throws what they throw
 */
export async function readDefinition(file: string, options: ReadOptions = {}): Promise<Service> {
  if (isCode(file)) return readServerless(file, options);
  const text = await readDefinitionText(resolve(file), file);
  if (!isTemplate(text, basename(file))) return readServerless(file, options);
  const { stage, params } = options;
  return readCloudformation(file, {
    ...(stage !== undefined && { stage }),
    ...(params !== undefined && { params }),
  });
}
