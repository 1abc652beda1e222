// Tables for a terminal, in Markdown, so that they can be pasted as they are.
import type { Column, Row, Table } from "./bench.ts";

/** Writes a table with aligned columns. */
export function toText({ title, columns, rows }: Table): string {
  const cells = rows.map((row) => columns.map((column) => toCell(row, column)));
  const widths = columns.map(({ head }, at) =>
    Math.max(head.length, ...cells.map((line) => line[at]?.length ?? 0)),
  );
  const isText = columns.map(({ key }) => rows.some((row) => typeof row[key] === "string"));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, at) => (isText[at] ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) => (isText[at] ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [`### ${title}`, "", line(columns.map(({ head }) => head)), line(rule), ...cells.map(line), ""].join(
    "\n",
  );
}

function toCell(row: Row, { key, digits = 0 }: Column): string {
  const value = row[key];
  if (typeof value !== "number") return value ?? "";
  return Number.isNaN(value) ? "" : value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, " ");
}
