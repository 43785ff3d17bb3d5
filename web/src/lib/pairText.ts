// Rows from pasted text: "Name: value" a line, as copied from a browser's or a server's headers.

export interface NameAndValue {
  name: string;
  value: string;
}

/** The rows, or null when the text is not a list of them (then it is pasted as it is). */
export function pairsFromText(text: string): NameAndValue[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length === 0) return null;
  const rows = lines.map((line) => {
    // HTTP/2 pseudo-headers (":authority") begin with the colon; they are no headers.
    const colon = line.indexOf(":");
    return colon > 0
      ? { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() }
      : null;
  });
  if (rows.some((row) => row === null || /\s/.test(row.name))) return null;
  // A single "http://…" or "a:b" may well be meant as it stands.
  return lines.length === 1 && !/^[^:\s]+: /.test(lines[0] ?? "") ? null : (rows as NameAndValue[]);
}
