// API keys and usage plans that are written as code, as the resources that CloudFormation would declare.
import type { Cursor } from "../read/cursor.ts";
import type { Declared } from "../read/declared.ts";
import { named } from "../read/definition.ts";
import { members, part, type PartContext } from "./parts.ts";

/** The APIs that plans open, as they are called here. */
const kinds = ["rest", "websocket"] as const;

/** Gives keys and plans, and which key is of which plan. A plan opens the main stage of the REST API where it names none. */
export function declareMetering(at: Cursor, { definition: { names } }: PartContext): readonly Declared[] {
  const idOf = (kind: (typeof kinds)[number]): string => names.id(10, `${kind}Api`);
  const usual = at.optional("rest") ?? at.optional("websocket");
  const [main = names.stage] = (usual === undefined ? [] : members(usual, "stages")).map(([name]) => name);
  const apiId = idOf(at.optional("rest") === undefined ? "websocket" : "rest");
  const keys = members(at, "apiKeys");
  const keyIds = new Map(keys.map(([name]) => [name, names.id(10, "apiKey", name)]));
  return [
    ...keys.map(([name, place]) => part("AWS::ApiGateway::ApiKey", name, toKey(name, place))),
    ...members(at, "usagePlans").flatMap(([name, place]) => {
      const wanted = place.optional("apiKeys")?.items();
      const ids = wanted ? wanted.map((one) => named(one.text(), keyIds, one)) : [...keyIds.values()];
      const usagePlanId = names.id(6, "usagePlan", name);
      const stages = place.at("apiStages");
      const opened = stages.isGiven
        ? stages
            .items()
            .map((stage) => stage.with({ apiId: idOf(stage.optional("api")?.oneOf(kinds) ?? "rest") }))
        : [stages.with({ apiId, stage: main })];
      const plan = place.with({
        usagePlanName: name,
        apiStages: stages.writtenOut(opened),
      });
      const memberships = ids.map((keyId) =>
        part(
          "AWS::ApiGateway::UsagePlanKey",
          `${name} ${keyId}`,
          place.with({ keyType: "API_KEY", usagePlanId, keyId }),
        ),
      );
      return [part("AWS::ApiGateway::UsagePlan", name, plan)].concat(memberships);
    }),
  ];
}

/** Open for use unless it says otherwise; text is its value. */
function toKey(name: string, at: Cursor): Cursor {
  if (at.isText) return at.writtenOut({ name, value: at.text({ secret: true }), enabled: true });
  const enabled = at.at("enabled");
  return at.with({ name, enabled: enabled.isGiven ? enabled : true });
}
