// A web ACL, ready to judge requests: the part of AWS WAF that can be tried locally.
import type { ArrivedHttp, HttpAnswer } from "../invoke/application.ts";
import type { WafAction, WafRule, WebAcl } from "../model/web-acl.ts";
import type { Clock } from "../ports.ts";
import { failures } from "../failures.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { compileStatement, type Statement } from "./statement.ts";

/** What a web ACL says of one request, as `$context` has it. */
export interface WafVerdict {
  /** `$context.wafResponseCode` */
  readonly responseCode: "WAF_ALLOW" | "WAF_BLOCK";
  /** `$context.webaclArn` */
  readonly webAclArn: string;
}

/** A verdict, with the rule that gave it and the answer that it wants. */
export interface WafJudgement extends WafVerdict {
  /** Left out where the default action decided. */
  readonly rule?: string;
  /** The web ACL's own answer to a blocked request, which wins over the gateway response. */
  readonly answer?: HttpAnswer;
}

/** Judges requests. */
export type DeployedWebAcl = (http: ArrivedHttp) => WafJudgement;

/** Where the web ACL stands. */
export interface WafPlace {
  readonly accountId: string;
  readonly region: string;
}

interface Rule {
  readonly name: string;
  readonly action: WafAction;
  readonly matches: Statement;
}

/**
 * Makes a web ACL ready: rules by priority, the lowest first; the first that allows or blocks ends the matter,
 * one that counts does not. A regular expression that takes too long over a request blocks it.
 *
 * @throws failure `WEB_ACL_INVALID`.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing.html
 */
export function deployWebAcl(acl: WebAcl, place: WafPlace, clock: Clock): DeployedWebAcl {
  const rules = acl.rules
    .toSorted((a, b) => a.priority - b.priority)
    .map((rule) => compileRule(rule, acl, clock));
  const { region, accountId } = place;
  const webAclArn = `arn:aws:wafv2:${region}:${accountId}:regional/webacl/${acl.name}/local`;
  return (http) => {
    for (const { name, action, matches } of rules) {
      const isMatch = judge(matches, http);
      if (isMatch === "too-long") return { responseCode: "WAF_BLOCK", webAclArn, rule: name };
      if (!isMatch) continue;
      if (action.kind !== "count") return { ...toVerdict(action, webAclArn), rule: name };
    }
    return toVerdict(acl.defaultAction, webAclArn);
  };
}

/** A request over which a rule cannot come to an end is kept out, whatever the rule would do. */
function judge(matches: Statement, http: ArrivedHttp): boolean | "too-long" {
  try {
    return matches(http);
  } catch (error) {
    if (error instanceof TemplateError) return "too-long";
    throw error;
  }
}

function compileRule({ name, action, statement }: WafRule, acl: WebAcl, clock: Clock): Rule {
  const refuse = (why: string) => failures.create("WEB_ACL_INVALID", { acl: acl.name, rule: name, why });
  return { name, action, matches: compileStatement(statement, { clock, refuse }) };
}

function toVerdict({ kind, response }: WafAction, webAclArn: string): WafJudgement {
  if (kind !== "block") return { responseCode: "WAF_ALLOW", webAclArn };
  if (!response) return { responseCode: "WAF_BLOCK", webAclArn };
  const { status, headers, body, contentType } = response;
  const answer: HttpAnswer = {
    status,
    headers: [
      ...Object.entries(headers),
      ...(body === undefined ? [] : [["Content-Type", contentType ?? "text/plain"] as const]),
    ],
    body: Buffer.from(body ?? ""),
  };
  return { responseCode: "WAF_BLOCK", webAclArn, answer };
}
