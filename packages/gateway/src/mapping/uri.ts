// An integration's address: path parameters put in. Stage variables are in it already, since the deployment.
import { TemplateError } from "../vtl/template-error.ts";

/** An address with places to fill. */
export type UriTemplate = readonly (
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
)[];

/** Splits an address into text and `{parameter}`. */
export function compileUri(uri: string): UriTemplate {
  const parts: UriTemplate[number][] = [];
  let at = 0;
  for (const found of uri.matchAll(/\{([\w.-]+)\+?\}/g)) {
    if (found.index > at) parts.push({ kind: "text", text: uri.slice(at, found.index) });
    const [whole, name = ""] = found;
    parts.push({ kind: "parameter", name });
    at = found.index + whole.length;
  }
  if (at < uri.length) parts.push({ kind: "text", text: uri.slice(at) });
  return parts;
}

/**
 * Fills an address.
 *
 * @throws TemplateError where a parameter has no value: API Gateway answers 500.
 */
export function fillUri(template: UriTemplate, parameters: ReadonlyMap<string, string>): string {
  const filled = template.map((part) => {
    if (part.kind === "text") return part.text;
    const value = parameters.get(part.name);
    if (value === undefined) throw new TemplateError(`no integration.request.path.${part.name} is mapped`);
    return encodePath(value);
  });
  return filled.join("");
}

/** Escapes what cannot stand in a path; slashes and escapes that are there already stay. */
function encodePath(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]+/g, (text) =>
      text === "%" ? "%25" : encodeURIComponent(text),
    );
}
