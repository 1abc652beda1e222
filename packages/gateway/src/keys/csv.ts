// Comma-separated values, both ways.

/**
 * Reads rows of cells. A cell in double quotes may hold commas, line ends and doubled quotes; empty lines are left out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const source = text.replace(/^\uFEFF/, "");
  const cells = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|\n|\r|$)/gy;
  let row: string[] = [];
  while (cells.lastIndex < source.length || row.length > 0) {
    const [, quoted, plain = "", end = ""] = cells.exec(source) ?? [];
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    if (end === "") break; // the end of the text
  }
  return rows;
}

/** Writes rows of cells. A cell that a spreadsheet would take for a formula gets an apostrophe before it. */
export function writeCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(toCell).join(",")}\r\n`).join("");
}

function toCell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
