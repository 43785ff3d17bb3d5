// JSON as text: find the members of an object and indent a document without touching a token.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Index after the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

function skipBlank(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** Index after the value that begins at `start`. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      if (depth === 0) return at;
      continue;
    }
    if (code === 0x7b || code === 0x5b) depth += 1;
    else if (code === 0x7d || code === 0x5d) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (code === 0x2c || code <= 0x20)) return at;
    at += 1;
  }
  return at;
}

/** The text of each member's value in valid JSON object text, byte for byte. */
export function membersOf(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = skipBlank(text, text.indexOf("{") + 1);
  while (at < text.length && text.charCodeAt(at) === QUOTE) {
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = skipBlank(text, skipBlank(text, nameEnd) + 1);
    const end = valueEnd(text, start);
    members.set(name, text.slice(start, end));
    at = skipBlank(text, skipBlank(text, end) + 1);
  }
  return members;
}

/** Deeper levels stand as far right as this one: a line must not grow with what a server nests. */
const DEEPEST_INDENT = 40;

/**
 * Valid JSON text with two spaces a level; strings and numbers stay exactly as they are.
 * Stops, cut anywhere, once it has written more than `most` characters.
 */
export function indented(text: string, most = Number.POSITIVE_INFINITY): string {
  const out: string[] = [];
  let written = 0;
  let depth = 0;
  let at = skipBlank(text, 0);
  const put = (piece: string) => {
    out.push(piece);
    written += piece.length;
  };
  const line = () => `\n${"  ".repeat(Math.min(depth, DEEPEST_INDENT))}`;
  while (at < text.length && written <= most) {
    const mark = text.charAt(at);
    if (mark === '"') {
      const end = stringEnd(text, at);
      put(text.slice(at, end));
      at = end;
    } else if (mark === "{" || mark === "[") {
      const inside = skipBlank(text, at + 1);
      const closing = text.charAt(inside);
      if (closing === "}" || closing === "]") {
        put(mark + closing);
        at = inside + 1;
      } else {
        depth += 1;
        put(mark + line());
        at = inside;
      }
    } else if (mark === "}" || mark === "]") {
      depth = Math.max(0, depth - 1);
      put(line() + mark);
      at += 1;
    } else if (mark === ",") {
      put(mark + line());
      at += 1;
    } else if (mark === ":") {
      put(": ");
      at += 1;
    } else {
      const end = tokenEnd(text, at);
      put(text.slice(at, end));
      at = end;
    }
    at = skipBlank(text, at);
  }
  return out.join("");
}

/** Index after a number, `true`, `false` or `null`. */
function tokenEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === 0x2c || code === 0x5d || code === 0x7d || code === 0x3a) break;
    at += 1;
  }
  return at;
}
