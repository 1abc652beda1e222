// API keys from a CSV file, in the format that AWS imports.
import { failures } from "../failures.ts";
import { readCsv } from "./csv.ts";

/** One key of a file. */
export interface KeyRow {
  readonly name: string;
  readonly value: string;
  readonly description?: string;
  readonly enabled: boolean;
  readonly usagePlanIds: readonly string[];
}

/** What a file holds, and what of it was left out. No warning shows a key. */
export interface KeyFile {
  readonly rows: readonly KeyRow[];
  readonly warnings: readonly string[];
}

const columns = new Set(["name", "key", "description", "enabled", "usageplanids"]);

/**
 * Reads a key file: a row of headings in any order, `Name` and `Key` among them, then one key a row.
 *
 * A row that is no key is left out with a warning, in API Gateway's words where they are known.
 *
 * @throws failure `KEY_FILE_INVALID` where the headings are not those of a key file.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-key-file-format.html
 */
export function readKeyFile(text: string): KeyFile {
  const [headings = [], ...lines] = readCsv(text);
  const names = headings.map((heading) => heading.trim().toLowerCase());
  const unknown = names.filter((name) => !columns.has(name));
  if (!names.includes("name") || !names.includes("key")) {
    throw failures.create("KEY_FILE_INVALID", { why: "it has no headings Name and Key" });
  }
  if (unknown.length > 0) {
    throw failures.create("KEY_FILE_INVALID", { why: `it has unknown headings: ${unknown.join(", ")}` });
  }
  const rows: KeyRow[] = [];
  const warnings: string[] = [];
  for (const [index, cells] of lines.entries()) {
    const cell = (name: string): string => cells[names.indexOf(name)]?.trim() ?? "";
    const row = toRow(cell);
    const why = judge(row);
    if (why === undefined) rows.push(row);
    else warnings.push(`Row ${index + 2}: ${why}`);
  }
  return { rows, warnings };
}

function toRow(cell: (name: string) => string): KeyRow {
  const description = cell("description");
  return {
    name: cell("name"),
    value: cell("key"),
    enabled: cell("enabled").toLowerCase() !== "false",
    usagePlanIds: cell("usageplanids")
      .split(",")
      .map((id) => id.trim())
      .filter((id) => id !== ""),
    ...(description !== "" && { description }),
  };
}

function judge({ name, value }: KeyRow): string | undefined {
  if (name === "") return "The key has no name.";
  if (name.length > 1024) return "Invalid API Key name, can be at most 1024 characters.";
  if (value.length < 20) return "API Key value should be at least 20 characters";
  if (value.length > 128) return "API Key value exceeds maximum size of 128 characters";
  return undefined;
}
