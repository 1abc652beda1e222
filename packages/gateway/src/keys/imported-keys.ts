// Keys that were imported while the gateway ran, kept for its next runs.
import { failures } from "../failures.ts";
import type { ApiKey, UsagePlan } from "../model/rest-api.ts";
import type { Ids } from "../ports.ts";
import { readIfThere, writeWhole } from "../private-file.ts";
import { readKeyFile } from "./key-file.ts";

/** Keys and plans of a service. */
export interface Keys {
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
}

/** What an import did. */
export interface KeyImport {
  readonly ids: readonly string[];
  readonly warnings: readonly string[];
}

/** One key as it is kept. */
interface ImportedKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly planIds: readonly string[];
}

/** Imported keys. */
export interface ImportedKeys {
  /** A definition's keys and plans, with those that were imported. */
  join(keys: Keys): Keys;
  /**
   * Takes the keys of a CSV file. Rows with a value that there is already, or a plan that there is not, are left out with
   * a warning.
   *
   * @throws failure `KEY_FILE_INVALID`.
   */
  take(csv: string, keys: Keys & { readonly values: ReadonlyMap<string, string> }): Promise<KeyImport>;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const mostKeys = 10_000;

/**
 * Opens the file of imported keys.
 *
 * @throws failure `DATA_FOLDER_UNREADABLE`.
 */
export async function openImportedKeys(file: string, ids: Ids): Promise<ImportedKeys> {
  let kept = await read(file);
  let writing = Promise.resolve();
  return {
    join: ({ apiKeys, usagePlans }) => ({
      apiKeys: [...apiKeys, ...kept.map(({ id, name, value, enabled }) => ({ id, name, value, enabled }))],
      usagePlans: usagePlans.map((plan) => withKeys(plan, kept)),
    }),
    async take(csv, { apiKeys, usagePlans, values }) {
      const { rows, warnings } = readKeyFile(csv);
      if (apiKeys.length + kept.length + rows.length > mostKeys) {
        throw failures.create("KEY_FILE_INVALID", { why: `an account has ${mostKeys} keys at most` });
      }
      const known = new Set([
        ...apiKeys.map(({ id, value }) => value ?? values.get(id)),
        ...kept.map(({ value }) => value),
      ]);
      const found: string[] = [...warnings];
      const added: ImportedKey[] = [];
      for (const row of rows) {
        const plans = row.usagePlanIds.map((id) =>
          usagePlans.find((plan) => plan.id === id || plan.name === id),
        );
        if (known.has(row.value)) found.push(`API Key already exists: ${row.name}`);
        else if (plans.includes(undefined)) found.push(`Invalid Usage Plan ID specified for ${row.name}`);
        else {
          const { name, value, enabled } = row;
          known.add(value);
          const id = ids.uuid().replaceAll("-", "").slice(0, 10);
          added.push({ id, name, value, enabled, planIds: plans.flatMap((plan) => plan?.id ?? []) });
        }
      }
      kept = [...kept, ...added];
      writing = writing
        .catch(() => undefined)
        .then(() => writeWhole(file, `${JSON.stringify(kept, undefined, 2)}\n`));
      await writing;
      return { ids: added.map(({ id }) => id), warnings: found };
    },
  };
}

function withKeys(plan: UsagePlan, kept: readonly ImportedKey[]): UsagePlan {
  const ids = kept.filter(({ planIds }) => planIds.includes(plan.id)).map(({ id }) => id);
  return ids.length === 0 ? plan : { ...plan, apiKeyIds: [...plan.apiKeyIds, ...ids] };
}

async function read(file: string): Promise<readonly ImportedKey[]> {
  const text = (await readIfThere(file)) ?? "[]";
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value as readonly ImportedKey[]; // written by `take`
  } catch (cause) {
    throw failures.create("DATA_FOLDER_UNREADABLE", { file }, { cause });
  }
  throw failures.create("DATA_FOLDER_UNREADABLE", { file });
}
