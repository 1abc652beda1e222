// `$util`: the six functions that API Gateway gives to templates.
import type { Budget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { type HostMethod, HostObject, toText, type Value } from "../vtl/values.ts";
import { parsePayload } from "./input-object.ts";

const short = new Map([
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
]);

function onText(change: (text: string) => Value): HostMethod {
  return ([value], budget: Budget) => {
    if (value === null || value === undefined) return null;
    const changed = change(toText(value, budget));
    if (typeof changed === "string") budget.spendText(changed.length);
    return changed;
  };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export const util: HostObject = new HostObject(
  new Map<string, HostMethod>([
    ["escapeJavaScript", onText(escapeJavaScript)],
    ["parseJson", onText(parsePayload)],
    ["urlEncode", onText(urlEncode)],
    ["urlDecode", onText(urlDecode)],
    ["base64Encode", onText((text) => Buffer.from(text).toString("base64"))],
    ["base64Decode", onText((text) => Buffer.from(text, "base64").toString("utf8"))],
  ]),
);

/** Escapes both quotes, slashes, control characters and everything outside of ASCII. */
function escapeJavaScript(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped
  return text.replaceAll(/['"\\/]|[\0-\x1f]|[^\x20-\x7e]/g, (char) => {
    if (/['"\\/]/.test(char)) return `\\${char}`;
    return short.get(char) ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

/** As Java's URLEncoder writes form data. */
function urlEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll("%20", "+")
    .replaceAll(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function urlDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw new TemplateError("$util.urlDecode: an escape is broken", { cause });
  }
}
