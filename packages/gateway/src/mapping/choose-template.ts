// Which template holds for a body, and what happens without one.
import type { MappedIntegration } from "../model/integration.ts";
import type { Template } from "../vtl/template.ts";

/** A template, the body as it is, or a refusal (415). */
export type TemplateChoice = Template | "pass" | "unsupported";

/**
 * The template of a request with this media type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
 */
export function chooseRequestTemplate(
  templates: ReadonlyMap<string, Template>,
  mediaType: string,
  passthrough: MappedIntegration["passthroughBehavior"],
): TemplateChoice {
  const template = templates.get(mediaType) ?? templates.get("$default");
  if (template) return template;
  if (passthrough === "NEVER") return "unsupported";
  return passthrough === "WHEN_NO_TEMPLATES" && templates.size > 0 ? "unsupported" : "pass";
}

/** The template of an answer for the first type of `Accept`, otherwise for JSON, otherwise the first that is there. */
export function chooseResponseTemplate(
  templates: ReadonlyMap<string, Template>,
  accepted: string | undefined,
): { readonly type: string; readonly template: Template } | undefined {
  const wanted = [accepted ?? "application/json", "application/json"];
  const type = wanted.find((each) => templates.has(each)) ?? templates.keys().next().value;
  const template = type === undefined ? undefined : templates.get(type);
  return template && type !== undefined ? { type, template } : undefined;
}
