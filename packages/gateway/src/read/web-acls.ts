// Web ACLs in front of the REST API: AWS::WAFv2::WebACL with its IP sets and associations, and `custom.gatewright.webAcls`.
import type { RestApi } from "../model/rest-api.ts";
import type { WafAction, WafField, WafRule, WafStatement, WebAcl } from "../model/web-acl.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { type Claim, createStageClaims } from "./web-acl-stages.ts";

/** Addresses by the ARN of their set. */
type IpSets = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the web ACLs that stand before a stage of the REST API; others protect nothing here.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html
 * @throws `NOT_SUPPORTED` for a statement that cannot be run, as leaving it out would let somebody in;
 *   `DEFINITION_INVALID` for a stage that is not there, or has a web ACL already
 */
export function readWebAcls(
  { root, names }: Definition,
  declared: Declarations,
  restApi: RestApi | undefined,
): readonly WebAcl[] {
  const claim = createStageClaims(restApi);
  const arn = (kind: string, logicalId: string, name: string): string =>
    names.arn("wafv2", `regional/${kind}/${name}/${names.id(12, kind, logicalId)}`);
  const sets: IpSets = new Map(
    declared.of("AWS::WAFv2::IPSet").map(({ logicalId, properties: at }) => {
      for (const key of ["Description", "IPAddressVersion", "Scope", "Tags"]) at.at(key).skip();
      const name = at.optional("Name")?.text() ?? logicalId;
      return [arn("ipset", logicalId, name), readAddresses(at.at("Addresses"))];
    }),
  );
  const stages = new Map<string, string[]>();
  for (const { properties: at } of declared.of("AWS::WAFv2::WebACLAssociation")) {
    const [acl, stage] = [
      at.at("WebACLArn").text(),
      readStage(at.at("ResourceArn"), names.id(10, "restApi")),
    ];
    claim(stage, at.at("ResourceArn"));
    stages.set(acl, [...(stages.get(acl) ?? []), stage]);
  }
  const acls = declared.of("AWS::WAFv2::WebACL").map(({ logicalId, properties: at }) => {
    const name = at.optional("Name")?.text() ?? logicalId;
    const protectedStages = stages.get(arn("webacl", logicalId, name)) ?? [];
    stages.delete(arn("webacl", logicalId, name));
    return readAcl(at, { name, stages: protectedStages, sets });
  });
  for (const { properties: at } of declared.of("AWS::WAFv2::WebACLAssociation")) {
    if (stages.has(at.at("WebACLArn").text())) at.at("WebACLArn").notSupported("a web ACL of another stack");
  }
  const own = root.optional("custom")?.optional("gatewright")?.optional("webAcls")?.items() ?? [];
  return [
    ...acls.filter((acl) => acl.stages.length > 0),
    ...own.map((at, index) =>
      readAcl(at, {
        name: at.optional("Name")?.text() ?? `web-acl-${index + 1}`,
        stages: readOwnStages(at, restApi?.stage ?? names.stage, claim),
        sets,
      }),
    ),
  ];
}

function readOwnStages(at: Cursor, usual: string, claim: Claim): readonly string[] {
  const written = at.optional("stages");
  if (written === undefined) {
    claim(usual, at);
    return [usual];
  }
  return written.items().map((place) => {
    claim(place.text(), place);
    return place.text();
  });
}

/** The stage of this API that an ARN names. */
function readStage(at: Cursor, apiId: string): string {
  const arn = at.text();
  const [, api, stage] =
    /^arn:[^:]+:apigateway:[^:]*::\/restapis\/([^/]+)\/stages\/([\w-]+)$/.exec(arn) ?? [];
  if (api === apiId && stage !== undefined) return stage;
  return at.notSupported("a web ACL before anything but a stage of the REST API");
}

function readAcl(
  at: Cursor,
  of: { readonly name: string; readonly stages: readonly string[]; readonly sets: IpSets },
): WebAcl {
  for (const key of [
    "Description",
    "Scope",
    "Tags",
    "VisibilityConfig",
    "TokenDomains",
    "CaptchaConfig",
    "ChallengeConfig",
  ]) {
    at.at(key).skip();
  }
  const bodies = at.optional("CustomResponseBodies")?.skip();
  return {
    name: of.name,
    stages: of.stages,
    defaultAction: readAction(at.at("DefaultAction"), bodies),
    rules: (at.optional("Rules")?.items() ?? []).map((rule) => readRule(rule, bodies, of.sets)),
  };
}

function readRule(at: Cursor, bodies: Cursor | undefined, sets: IpSets): WafRule {
  for (const key of ["VisibilityConfig", "RuleLabels"]) at.at(key).skip();
  const action = at.optional("Action");
  const override = at.optional("OverrideAction");
  const isCounted = override?.optional("Count") !== undefined || override?.at("Count").isWritten === true;
  override?.skip();
  return {
    name: at.at("Name").text(),
    priority: at.at("Priority").number({ min: 0, max: Infinity }),
    action: action === undefined ? { kind: isCounted ? "count" : "block" } : readAction(action, bodies),
    statement: readStatement(at.at("Statement"), sets),
  };
}

const actions: ReadonlyMap<string, WafAction["kind"]> = new Map([
  ["Allow", "allow"],
  ["Block", "block"],
  ["Count", "count"],
]);

function readAction(at: Cursor, bodies: Cursor | undefined): WafAction {
  const [first] = at.entries();
  if (first === undefined) return at.refuse("a map with Allow, Block or Count");
  const [word, settings] = first;
  if (word === "Captcha" || word === "Challenge") return settings.notSupported(`a web ACL's ${word}`);
  const kind = actions.get(word);
  if (kind === undefined) return at.refuse("a map with Allow, Block or Count");
  if (!settings.isMap || kind !== "block") {
    settings.skip();
    return { kind };
  }
  const response = settings.optional("CustomResponse");
  if (response === undefined) return { kind };
  const key = response.optional("CustomResponseBodyKey");
  const body = key && bodies?.at(key.text());
  const headers = (response.optional("ResponseHeaders")?.items() ?? []).map((item) => [
    item.at("Name").text(),
    item.at("Value").text(),
  ]);
  const type = body?.at("ContentType").oneOf(["TEXT_PLAIN", "TEXT_HTML", "APPLICATION_JSON"]);
  return {
    kind,
    response: {
      status: response.at("ResponseCode").number({ min: 200, max: 599 }),
      headers: Object.fromEntries(headers) as Record<string, string>, // pairs of text
      ...(body !== undefined && { body: body.at("Content").text() }),
      ...(type !== undefined && { contentType: type.toLowerCase().replace("_", "/") }),
    },
  };
}

const known = [
  "IPSetReferenceStatement",
  "RateBasedStatement",
  "SizeConstraintStatement",
  "ByteMatchStatement",
  "RegexMatchStatement",
  "ManagedRuleGroupStatement",
  "AndStatement",
  "OrStatement",
  "NotStatement",
] as const;

function readStatement(at: Cursor, sets: IpSets): WafStatement {
  const [first] = at.entries();
  const kind = known.find((word) => word === first?.[0]);
  if (first === undefined) return at.refuse("a statement, as in IPSetReferenceStatement");
  if (kind === undefined) return first[1].notSupported(`a web ACL's ${first[0].slice(0, 60)}`);
  return readers[kind](first[1], sets);
}

const readers: Readonly<Record<(typeof known)[number], (at: Cursor, sets: IpSets) => WafStatement>> = {
  IPSetReferenceStatement: (at, sets) => {
    at.optional("IPSetForwardedIPConfig")?.notSupported("an IP set that looks at a header");
    const addresses = sets.get(at.at("Arn").text());
    return addresses === undefined
      ? at.at("Arn").refuse("an IP set of this definition, as in !GetAtt MyIpSet.Arn")
      : { kind: "ip-set", addresses };
  },
  RateBasedStatement: (at, sets) => {
    const by = at.optional("AggregateKeyType");
    if (by !== undefined && by.oneOf(["IP", "FORWARDED_IP", "CUSTOM_KEYS", "CONSTANT"]) !== "IP") {
      by.notSupported(`a rate by ${by.text()}`);
    }
    const scope = at.optional("ScopeDownStatement");
    return {
      kind: "rate",
      limit: at.at("Limit").number({ min: 10, max: 2_000_000_000 }),
      windowSeconds: at.optional("EvaluationWindowSec")?.number({ min: 60, max: 600 }) ?? 300,
      ...(scope !== undefined && { scopeDown: readStatement(scope, sets) }),
    };
  },
  SizeConstraintStatement: (at) => {
    readLowercase(at);
    return {
      kind: "size",
      field: readField(at.at("FieldToMatch")),
      comparison: at.at("ComparisonOperator").oneOf(["EQ", "NE", "LE", "LT", "GE", "GT"]),
      size: at.at("Size").number({ min: 0, max: Infinity }),
    };
  },
  ByteMatchStatement: (at) => {
    const encoded = at.optional("SearchStringBase64")?.text();
    return {
      kind: "bytes",
      field: readField(at.at("FieldToMatch")),
      position: at
        .at("PositionalConstraint")
        .oneOf(["EXACTLY", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "CONTAINS_WORD"]),
      search:
        encoded === undefined ? at.at("SearchString").text() : Buffer.from(encoded, "base64").toString(),
      lowercase: readLowercase(at),
    };
  },
  RegexMatchStatement: (at) => {
    if (readLowercase(at)) at.at("TextTransformations").notSupported("LOWERCASE before a regular expression");
    return { kind: "regex", field: readField(at.at("FieldToMatch")), pattern: at.at("RegexString").text() };
  },
  ManagedRuleGroupStatement: (at) => {
    const name = at.at("Name").text();
    if (at.at("VendorName").text() !== "AWS" || name !== "AWSManagedRulesCommonRuleSet") {
      at.notSupported(`the managed rules ${name.slice(0, 80)}`);
    }
    at.at("Version").skip();
    at.optional("ScopeDownStatement")?.notSupported("managed rules for a part of the requests");
    const excluded = (at.optional("ExcludedRules")?.items() ?? []).map((item) => item.at("Name").text());
    const overridden = (at.optional("RuleActionOverrides")?.items() ?? []).flatMap((item) => {
      const action = readAction(item.at("ActionToUse"), undefined);
      return action.kind === "block" ? [] : [item.at("Name").text()];
    });
    return { kind: "managed", name, counted: [...excluded, ...overridden] };
  },
  AndStatement: (at, sets) => ({ kind: "and", statements: readStatements(at, sets) }),
  OrStatement: (at, sets) => ({ kind: "or", statements: readStatements(at, sets) }),
  NotStatement: (at, sets) => ({ kind: "not", statement: readStatement(at.at("Statement"), sets) }),
};

function readStatements(at: Cursor, sets: IpSets): readonly WafStatement[] {
  return at
    .at("Statements")
    .items()
    .map((item) => readStatement(item, sets));
}

function readAddresses(at: Cursor): readonly string[] {
  return at
    .items()
    .map((item) => item.matching(/^[\da-fA-F.:]+\/\d{1,3}$/, "an address range, as in 10.0.0.0/8"));
}

function readField(at: Cursor): WafField {
  const [first] = at.entries();
  const plain = { UriPath: "path", QueryString: "query", Body: "body", Method: "method" } as const;
  if (first === undefined) return at.refuse("a part of the request, as in UriPath");
  const [word, settings] = first;
  if (word in plain) {
    settings.skip();
    return { of: plain[word as keyof typeof plain] }; // checked the line before
  }
  if (word === "SingleHeader") return { of: "header", name: settings.at("Name").text().toLowerCase() };
  if (word === "SingleQueryArgument") return { of: "argument", name: settings.at("Name").text() };
  return settings.notSupported(`a web ACL that looks at ${word.slice(0, 60)}`);
}

function readLowercase(at: Cursor): boolean {
  const kinds = at
    .at("TextTransformations")
    .items()
    .map((item) => {
      item.at("Priority").skip();
      const type = item.at("Type");
      const kind = type.text();
      if (kind !== "NONE" && kind !== "LOWERCASE") type.notSupported(`the text transformation ${kind}`);
      return kind;
    });
  return kinds.includes("LOWERCASE");
}
