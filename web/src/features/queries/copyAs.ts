// A run of a saved query as text for other doors: the command line and the Python library. Pure.
import type { ParameterInput } from "@/api/queries";
import { isNumber, stringifyExact } from "@/lib/exactJson";

/** What a terminal obeys while it is pasted: it may end the paste, erase a quote or interrupt. */
const OBEYED = /[^\P{Cc}\n]/u;
const ESCAPED = /[\p{Cc}'\\]/gu;

/** One word of a POSIX shell; left bare where nothing in it is special. */
export function shellWord(text: string): string {
  // Without any quote inside, a shell that does not know `$'…'` still reads one word.
  if (OBEYED.test(text)) return `$'${text.replace(ESCAPED, octal)}'`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function octal(character: string): string {
  const bytes = [...new TextEncoder().encode(character)];
  return bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

/** Needs a caller token in SOURCEKEEP_TOKEN; none is ever written into the text. */
export function asCommand(server: string, name: string, parameters: ParameterInput): string {
  const given = Object.entries(parameters).map(([key, value]) => {
    const text = typeof value === "string" ? value : stringifyExact(value);
    return `-p ${shellWord(`${key}=${text}`)}`;
  });
  const rest = [...given, "--server", shellWord(server)];
  // A name that looks like an option must not become one: `--server=…` would take the token along.
  if (name.startsWith("-")) return ["sourcekeep run", ...rest, "--", shellWord(name)].join(" ");
  return ["sourcekeep run", shellWord(name), ...rest].join(" ");
}

/** Names that a Python call can't use as they are. */
const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except " +
    "finally for from global if import in is lambda nonlocal not or pass raise return try while " +
    "with yield"
  ).split(" "),
);

export function asPython(server: string, name: string, parameters: ParameterInput): string {
  const given = Object.entries(parameters).map(([key, value]) =>
    KEYWORDS.has(key) ? `, **{${literal(key)}: ${literal(value)}}` : `, ${key}=${literal(value)}`,
  );
  const call = `keep.run(${literal(name)}${given.join("")})`;
  return [
    ...(call.includes("Decimal(") ? ["from decimal import Decimal", ""] : []),
    "import os",
    "",
    "import sourcekeep",
    "",
    `keep = sourcekeep.connect(${literal(server)}, token=os.environ["SOURCEKEEP_TOKEN"])`,
    `result = ${call}`,
    "result.raise_for_status()",
    "print(result.data)",
    "",
  ].join("\n");
}

/** A value as Python writes it; a number that a float would change is a Decimal. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return JSON.stringify(value).replaceAll("\x7f", "\\x7f");
  if (isNumber(value)) {
    const text = String(value);
    return typeof value === "number" || /^-?\d+$/.test(text) ? text : `Decimal("${text}")`;
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const members = Object.entries(value).map(([key, its]) => `${literal(key)}: ${literal(its)}`);
  return `{${members.join(", ")}}`;
}
