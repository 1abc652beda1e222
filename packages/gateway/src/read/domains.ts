// Custom domains: resources, the domain manager's `custom.customDomain`, and `custom.gatewright.domains`.
import { resolve } from "node:path";
import type { BasePathMapping, CustomDomain } from "../model/domain.ts";
import type { Service } from "../model/service.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";

/** The APIs that can stand under a domain. */
type Apis = Pick<Service, "restApi" | "httpApi" | "websocketApi">;

interface Draft {
  readonly domainName: string;
  readonly mappings: BasePathMapping[];
  certificate?: NonNullable<CustomDomain["certificate"]>;
  mutualTls?: NonNullable<CustomDomain["mutualTls"]>;
}

/** What a reader of domains needs. */
export interface DomainContext {
  readonly definition: Definition;
  readonly declared: Declarations;
  readonly apis: Apis;
  /** Files are named from here. */
  readonly folder: string;
}

const kinds = ["rest", "http", "websocket"] as const;

/**
 * Reads every domain once, its mappings and certificates added up from wherever they are written.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-domainname.html
 * @see https://www.npmjs.com/package/serverless-domain-manager
 */
export function readDomains(context: DomainContext): readonly CustomDomain[] {
  const drafts = new Map<string, Draft>();
  const draftOf = (at: Cursor): Draft => {
    const name = at
      .matching(/^(?=.{1,255}$)[\w*-]+(?:\.[\w-]+)*$/, "a domain name, as in api.example.com")
      .toLowerCase();
    const draft = drafts.get(name) ?? { domainName: name, mappings: [] };
    drafts.set(name, draft);
    return draft;
  };
  readResources(context, draftOf);
  const custom = context.definition.root.optional("custom");
  for (const at of pluginDomains(custom)) readPluginDomain(at, context, draftOf);
  for (const at of custom?.optional("gatewright")?.optional("domains")?.items() ?? []) {
    readOwnDomain(at, context, draftOf(at.at("domainName")));
  }
  return [...drafts.values()];
}

function readResources(
  { declared, apis, definition, folder }: DomainContext,
  draftOf: (at: Cursor) => Draft,
): void {
  for (const type of ["AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName"]) {
    for (const { properties: at } of declared.of(type)) {
      const draft = draftOf(at.at("DomainName"));
      const trust = at.optional("MutualTlsAuthentication");
      trust?.at("TruststoreVersion").skip();
      if (trust !== undefined)
        draft.mutualTls = { truststoreUri: toTruststore(trust.at("TruststoreUri"), folder) };
      at.optional("RoutingMode")?.oneOf(["BASE_PATH_MAPPING_ONLY", "API_MAPPING_ONLY"]);
      at.optional("Policy")?.notSupported("a private domain");
      for (const key of plainKeys) at.at(key).skip();
    }
  }
  for (const { properties: at } of declared.of("AWS::ApiGateway::BasePathMapping")) {
    at.at("Id").skip();
    const api = toApi(at.at("RestApiId"), definition);
    add(draftOf(at.at("DomainName")), {
      path: toPath(at.optional("BasePath")),
      api,
      stage: at.optional("Stage")?.text() ?? stageOf(api, apis, definition),
    });
  }
  for (const { properties: at } of declared.of("AWS::ApiGatewayV2::ApiMapping")) {
    add(draftOf(at.at("DomainName")), {
      path: toPath(at.optional("ApiMappingKey")),
      api: toApi(at.at("ApiId"), definition),
      stage: at.at("Stage").text(),
    });
  }
}

/** Of AWS's own certificates and addresses, which a machine of one's own has no part in. */
const plainKeys = [
  "CertificateArn",
  "RegionalCertificateArn",
  "DomainNameConfigurations",
  "EndpointConfiguration",
  "OwnershipVerificationCertificateArn",
  "SecurityPolicy",
  "EndpointAccessMode",
  "Tags",
];

/** One under `customDomain`, or several, each perhaps below the kind of its API. */
function pluginDomains(custom: Cursor | undefined): readonly Cursor[] {
  const one = custom?.optional("customDomain");
  const several = custom?.optional("customDomains")?.items() ?? [];
  return [...(one === undefined ? [] : [one]), ...several].flatMap((at) => {
    const nested = kinds.flatMap((kind) => at.optional(kind) ?? []);
    return nested.length > 0 ? nested : [at];
  });
}

function readPluginDomain(
  at: Cursor,
  { apis, definition, folder }: DomainContext,
  draftOf: (at: Cursor) => Draft,
): void {
  at.skip(); // the rest of its keys speak of DNS and certificates
  const enabled = at.optional("enabled");
  if (enabled !== undefined && !enabled.flag()) return;
  const kind =
    kinds.find((word) => at.path.endsWith(`.${word}`)) ?? at.optional("apiType")?.oneOf(kinds) ?? "rest";
  const draft = draftOf(at.at("domainName"));
  const trust = at.optional("tlsTruststoreUri");
  if (trust !== undefined) draft.mutualTls = { truststoreUri: toTruststore(trust, folder) };
  add(draft, {
    path: toPath(at.optional("basePath")),
    api: kind,
    stage:
      kind === "rest"
        ? (at.optional("stage")?.text() ?? stageOf(kind, apis, definition))
        : stageOf(kind, apis, definition),
  });
}

function readOwnDomain(at: Cursor, { apis, definition, folder }: DomainContext, draft: Draft): void {
  const certificate = at.optional("certificate");
  if (certificate !== undefined) {
    draft.certificate = {
      certificateFile: resolve(folder, certificate.at("certificateFile").text()),
      keyFile: resolve(folder, certificate.at("keyFile").text()),
    };
  }
  const trust = at.optional("mutualTls");
  if (trust !== undefined)
    draft.mutualTls = { truststoreUri: toTruststore(trust.at("truststoreUri"), folder) };
  for (const mapping of at.optional("mappings")?.items() ?? []) {
    const api = mapping.at("api").oneOf(kinds);
    add(draft, {
      path: toPath(mapping.optional("path")),
      api,
      stage: mapping.optional("stage")?.text() ?? stageOf(api, apis, definition),
    });
  }
}

function add(draft: Draft, mapping: BasePathMapping): void {
  if (!draft.mappings.some(({ path }) => path === mapping.path)) draft.mappings.push(mapping);
}

/** Empty for all that no other mapping takes, which is written `(none)` too. */
function toPath(at: Cursor | undefined): string {
  const text = at?.textOrEmpty() ?? "";
  if (text === "(none)") return "";
  const path = text.replace(/^\/+/, "").replace(/\/+$/, "");
  return path.length <= 300 && /^[\w$.+!*'()/-]*$/.test(path)
    ? path
    : (at?.refuse("up to 300 letters, digits and $-_.+!*'()/") ?? path);
}

function toTruststore(at: Cursor, folder: string): string {
  const uri = at.text();
  return uri.startsWith("s3://") ? uri : resolve(folder, uri);
}

function toApi(at: Cursor, { names }: Definition): BasePathMapping["api"] {
  const ids = { rest: "restApi", http: "httpApi", websocket: "websocketApi" } as const;
  const kind = kinds.find((one) => names.id(10, ids[one]) === at.text());
  return kind ?? at.notSupported("a mapping to an API of another stack");
}

function stageOf(kind: BasePathMapping["api"], apis: Apis, { names }: Definition): string {
  if (kind === "rest") return apis.restApi?.stage ?? names.stage;
  return kind === "http" ? (apis.httpApi?.stage ?? "$default") : (apis.websocketApi?.stage ?? names.stage);
}
