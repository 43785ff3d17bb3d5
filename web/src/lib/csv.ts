// Comma-separated values as RFC 4180 has them: CRLF, quotes doubled, a line of names first.

export interface CsvCell {
  text: string;
  /** A number or a boolean is no formula, whatever it begins with. */
  plain: boolean;
}

/** What spreadsheets take for the beginning of a formula (OWASP, "CSV injection"). */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n]/;
/**
 * The same inside a text. Where a decimal comma is usual, spreadsheets part cells at semicolons, and
 * a quote after a comma protects nothing.
 */
const FORMULA_INSIDE = /[;\t\r\n]"*(?=[=+\-@＝＋－＠])/g;
const TO_QUOTE = /[",\r\n]/;

function field({ text, plain }: CsvCell, guarded: boolean): string {
  const safe = guarded && !plain ? harmless(text) : text;
  return TO_QUOTE.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function harmless(text: string): string {
  const inside = text.replace(FORMULA_INSIDE, "$&'");
  return FORMULA.test(text) ? `'${inside}` : inside;
}

/**
 * The text of a CSV file. `guarded` puts an apostrophe before texts that a spreadsheet would run as
 * a formula; it shows them as they are, other programs see the apostrophe.
 */
export function csv(names: string[], rows: Iterable<CsvCell[]>, guarded: boolean): string {
  const lines = [names.map((text) => field({ text, plain: false }, guarded)).join(",")];
  for (const cells of rows) lines.push(cells.map((cell) => field(cell, guarded)).join(","));
  // A line of one empty field would be read as no line at all.
  return `${lines.map((line) => (line === "" ? '""' : line)).join("\r\n")}\r\n`;
}
