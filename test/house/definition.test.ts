// The chat's definition and the packages say the same, every function may do only its own, and the browser's part stays small.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { connectionsTable, connectionsTtl } from "@gatewright/connections/dynamodb";
import { readServerless } from "@gatewright/gateway";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { parse, type ScalarTag } from "yaml";
import { root } from "./sources.ts";

/** CloudFormation's short forms, kept as their long ones. */
const customTags: ScalarTag[] = [
  { tag: "!Ref", resolve: (name) => ({ Ref: name }) },
  { tag: "!Sub", resolve: (text) => ({ "Fn::Sub": text }) },
  { tag: "!GetAtt", resolve: (path) => ({ "Fn::GetAtt": path.split(".") }) },
];

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface Role {
  readonly Type: string;
  readonly Properties: {
    readonly AssumeRolePolicyDocument: { readonly Statement: readonly { readonly Principal: unknown }[] };
    readonly ManagedPolicyArns?: readonly unknown[];
    readonly Policies: readonly {
      readonly PolicyDocument: { readonly Statement: readonly Statement[] };
    }[];
  };
}

interface Definition {
  readonly provider: Readonly<Record<string, unknown>>;
  readonly functions: Readonly<Record<string, { readonly role?: string }>>;
  readonly resources: {
    readonly Resources: Readonly<
      Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
    >;
  };
}

const definition = parse(readFileSync(join(root, "serverless.yml"), "utf8"), { customTags }) as Definition; // the parts that are looked at
const resources = definition.resources.Resources;

describe("the table of connections", () => {
  it("is the one that @gatewright/connections wants, with its time to live", () => {
    const { TableName, TimeToLiveSpecification, ...table } = resources["ConnectionsTable"]?.Properties ?? {};
    expect(TableName).toBe("${self:provider.environment.CONNECTIONS_TABLE}");
    const { TableName: _name, ...wanted } = connectionsTable("any");
    expect(table).toEqual(wanted);
    expect(TimeToLiveSpecification).toEqual(connectionsTtl);
  });

  it("reaches the gateway as it is written", async () => {
    const { tables } = await readServerless(join(root, "serverless.yml"));
    const table = tables.find(({ logicalId }) => logicalId === "ConnectionsTable");
    expect(table?.createTable).toMatchObject(connectionsTable("gatewright-chat-dev-connections"));
    expect(table?.ttlAttribute).toBe(connectionsTtl.AttributeName);
  });
});

describe("what functions may do", () => {
  const functions = Object.entries(definition.functions);
  const roles = Object.entries(resources).filter(([, { Type }]) => Type === "AWS::IAM::Role");

  it("is said by a role of their own, and by nothing that they share", () => {
    const named = functions.map(([, { role }]) => role);
    expect(named).toHaveLength(functions.length);
    expect(new Set(named).size).toBe(functions.length);
    expect(new Set(roles.map(([id]) => id))).toEqual(new Set(named));
    expect(definition.provider).not.toHaveProperty("iam");
    expect(definition.provider).not.toHaveProperty("iamRoleStatements");
  });

  it.each(functions)("names each action and resource of %s", (key, { role = "" }) => {
    const { Properties } = resources[role] as unknown as Role; // found above
    expect(Properties.AssumeRolePolicyDocument.Statement.map(({ Principal }) => Principal)).toEqual([
      { Service: "lambda.amazonaws.com" },
    ]);
    expect(Properties.ManagedPolicyArns ?? []).toEqual([]);
    const statements = Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(0);
    for (const { Effect, Action, Resource } of statements) {
      expect(Effect).toBe("Allow");
      for (const action of Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      for (const resource of Array.isArray(Resource) ? Resource.map(toText) : [toText(Resource)]) {
        expect(resource).not.toMatch(/^[*:]*$/);
        // A wildcard may only end a resource, after something that names it.
        expect(resource).toMatch(/^[^*?]{10,}[:/]\*$|^[^*?]{10,}$/);
      }
    }
    const logs = statements.find(({ Action }) => Action.some((action) => action.startsWith("logs:")));
    expect(toText(logs?.Resource)).toMatch(new RegExp(`/aws/lambda/.*-${key}:\\*$`));
  });
});

/** A resource as text: what it is made of, in the order of the file. */
function toText(resource: unknown): string {
  return typeof resource === "string"
    ? resource
    : JSON.stringify(Object.values(resource ?? {})[0]).replaceAll(/["[\]]/g, "");
}

describe("what a browser loads", () => {
  const sizes = [
    { door: "@gatewright/client", most: 6 },
    { door: "@gatewright/uploads/client", most: 5 },
  ] as const;

  it.each(sizes)("of $door is at most $most KB compressed, with no part of Node", async ({ door, most }) => {
    const { outputFiles } = await build({
      stdin: { contents: `export * from "${door}";`, resolveDir: join(root, "test") },
      conditions: ["@gatewright/source"],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      write: false,
    });
    const [bundle] = outputFiles;
    expect(gzipSync(bundle?.contents ?? "").length).toBeLessThanOrEqual(most * 1024);
    expect(bundle?.text).not.toMatch(/node:|process\.env/);
    expect(bundle?.text.length).toBeGreaterThan(1_000); // it is a bundle at all
  });
});
