// What readers told, and what none of them asked for: the developer hears of it, or it is refused where it may be a guard.
import { failures } from "../failures.ts";
import type { Notice } from "../model/service.ts";
import { closest } from "./closest.ts";
import type { Reading } from "./cursor.ts";
import { isDeployOnly } from "./deploy-only.ts";
import { isList, isMap, toPath, type Tree, type TreeMap } from "./tree.ts";

/** Keys that keep somebody out. One that looks like them and is not known must not be passed over. */
const guards = new Set([
  "authorizer",
  "authorizers",
  "private",
  "identitySource",
  "identityValidationExpression",
  "apiKeys",
  "apiKeySourceType",
  "usagePlan",
  "resourcePolicy",
  "throttle",
  "quota",
  "cors",
]);
const guarding = /auth|private|secur|polic|apikey|api_key|waf|mtls|mutualtls|throttl|quota|whitelist|deny/i;

/** Where a key may be a guard. */
const guarded = /^(?:provider|functions(?:\[\d+\])?\.[\w-]+)(?![\w-])/;

/** Ends the reading where a key that nobody asked for must not be there; `near` is one that may have been meant. */
export type Refuse = (path: string, near?: string) => void;

/**
 * Lists what readers told, then every key that none of them asked for, each by its outermost path, in the order of the file.
 *
 * @throws `KEY_UNKNOWN` where such a key may be meant to keep somebody out, and what `refuse` throws
 */
export function listUnread(root: Tree, reading: Reading, refuse?: Refuse): Notice[] {
  const notices: Notice[] = [...reading.told];
  visit(root, "", false);
  return notices;

  function visit(value: Tree, path: string, within: boolean): void {
    const asked = reading.asked.get(path);
    if (asked === "whole") return;
    if (isList(value) && asked !== undefined) {
      for (const [index, item] of value.entries()) visit(item, toPath(path, index), within);
    } else if (isMap(value) && asked !== undefined) {
      const isApi = within || isPartOfApi(value);
      for (const [key, item] of Object.entries(value)) {
        const place = toPath(path, key);
        if (asked.has(key)) visit(item, place, isApi);
        else if (!isDeployOnly(place)) tell(key, place, { asked, isApi });
      }
    } else if (asked === undefined && value !== null && !isDeployOnly(path)) {
      refuse?.(path);
      notices.push({ path, says: "This has no effect on this machine." });
    }
  }

  function tell(
    key: string,
    path: string,
    { asked, isApi }: { readonly asked: ReadonlySet<string>; readonly isApi: boolean },
  ): void {
    const near = closest(key, asked);
    refuse?.(path, near);
    const isGuard = guarding.test(key) || (near !== undefined && guards.has(near));
    if (isGuard && (isApi || guarded.test(path))) {
      throw failures.create("KEY_UNKNOWN", { path, line: reading.lineOf(path), closest: near });
    }
    const hint = near === undefined ? "" : ` Did you mean "${near}"?`;
    notices.push({ path, says: `This is not understood and has no effect on this machine.${hint}` });
  }
}

/** Whether a map is a resource that an API is made of, or that stands before one. */
function isPartOfApi(value: TreeMap): boolean {
  const type = value["Type"];
  return typeof type === "string" && /^AWS::(?:ApiGateway|WAF)/.test(type);
}
