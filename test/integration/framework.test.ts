// What the framework makes of a definition is what is read from it: both come to the same service.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readDefinition, type Service } from "@gatewright/gateway";
import { afterAll, beforeAll, expect, it } from "vitest";
import { packageService } from "./package-service.ts";

const fixture = fileURLToPath(new URL("fixtures/framework", import.meta.url));

let folder: string;
let written: Service;
let compiled: Service;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-framework-"));
  const service = join(folder, "service");
  await cp(fixture, service, { recursive: true });
  written = await readDefinition(join(service, "serverless.yml"));
  compiled = await readDefinition(await packageService(service, join(service, ".serverless"), folder));
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("has the same methods, in words of one's own where the framework has words of its own", () => {
  expect(methodsOf(written)).toEqual(methodsOf(compiled));
  expect(Object.keys(methodsOf(written))).toHaveLength(13);
});

it("has the same settings of the REST API", () => {
  expect(settingsOf(written)).toEqual(settingsOf(compiled));
});

it("has the same HTTP API, WebSocket API, functions, keys, plans, tables and pools", () => {
  const { restApi: _, ...own } = written;
  const { restApi: __, ...theirs } = compiled;
  expect(sorted(own)).toEqual(sorted(theirs));
  expect(own.notices).toEqual([]);
});

type Method = NonNullable<Service["restApi"]>["methods"][number];

/** By verb and path; the texts of the framework's own templates are its own, and tried by what they make. */
function methodsOf({ restApi }: Service): Record<string, Method> {
  const methods = (restApi?.methods ?? []).map((method): [string, Method] => {
    const { integration } = method;
    const name = `${method.method} ${method.path}`;
    if (integration.type !== "AWS") return [name, method];
    const requestTemplates = Object.fromEntries(
      Object.entries(integration.requestTemplates).map(([type, template]) => [
        type,
        template.length > 100 ? "its own" : template,
      ]),
    );
    return [name, { ...method, integration: { ...integration, requestTemplates } }];
  });
  return Object.fromEntries(methods);
}

/** A policy may say one thing as text or as a list of one. */
function settingsOf({ restApi }: Service): object {
  const { methods: _, authorizers = [], ...settings } = restApi ?? { methods: [] };
  const lists = JSON.stringify(settings).replaceAll(/"(Action|Resource)":("[^"]*")/g, '"$1":[$2]');
  return { ...(JSON.parse(lists) as object), authorizers: byName(authorizers) };
}

/** The framework puts its resources in an order of its own. */
function sorted(service: Omit<Service, "restApi">): object {
  const { httpApi, websocketApi } = service;
  return {
    ...service,
    httpApi: {
      ...httpApi,
      routes: byName(httpApi?.routes ?? []),
      authorizers: byName(httpApi?.authorizers ?? []),
    },
    websocketApi: { ...websocketApi, routes: byName(websocketApi?.routes ?? []) },
  };
}

function byName<Item extends object>(items: readonly Item[]): readonly Item[] {
  const nameOf = (item: Item): string =>
    String(Object.entries(item).find(([key]) => key === "name" || key === "routeKey")?.[1]);
  return items.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}
