// API keys and usage plans that are written as code, as the resources that CloudFormation would declare.
import type { Cursor } from "../read/cursor.ts";
import type { Declared } from "../read/declared.ts";
import { named } from "../read/definition.ts";
import { members, part, type PartContext } from "./parts.ts";

/** Gives the keys and plans of a REST API, and which key is of which plan. */
export function declareMetering(at: Cursor, { definition: { names } }: PartContext): readonly Declared[] {
  const apiId = names.id(10, "restApi");
  const [main = names.stage] = members(at, "stages").map(([name]) => name);
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
        ? stages.items().map((stage) => stage.with({ apiId }))
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
