// What an editor offers while one types: names in `{{ }}`; in JSON its words and the names in use.
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

export function completeTemplate(
  context: CompletionContext,
  names: readonly string[],
): CompletionResult | null {
  const typed = context.matchBefore(/\{\{\s*[\w.]*/);
  if (!typed || names.length === 0) return null;
  const word = /[\w.]*$/.exec(typed.text)?.[0] ?? "";
  const after = context.state.sliceDoc(context.pos, context.pos + 4);
  const closing = /^\s*\}\}/.test(after) ? "" : " }}";
  return {
    from: context.pos - word.length,
    options: names.map((name) => ({ label: name, apply: `${name}${closing}` })),
    validFor: /^[\w.]*$/,
  };
}

/** Larger documents are not read for each key that is pressed. */
const LONGEST = 200_000;
const MEMBER = /"((?:[^"\\\n]|\\.)+)"\s*:/g;

export function completeJson(context: CompletionContext): CompletionResult | null {
  const name = context.matchBefore(/[{,]\s*"[^"\\\n]*/);
  if (name) {
    const from = name.from + name.text.lastIndexOf('"') + 1;
    const closed = context.state.sliceDoc(context.pos, context.pos + 1) === '"';
    const options = namesIn(context).map((label) => ({
      label,
      apply: closed ? label : `${label}": `,
    }));
    return options.length > 0 ? { from, options, validFor: /^[^"\\\n]*$/ } : null;
  }
  const word = context.matchBefore(/[:,[]\s*[a-z]+/);
  if (!word) return null;
  const typed = /[a-z]+$/.exec(word.text)?.[0] ?? "";
  return {
    from: context.pos - typed.length,
    options: ["true", "false", "null"].map((label) => ({ label })),
    validFor: /^[a-z]*$/,
  };
}

/** The names of the document's members, each once, in the order of first appearance. */
function namesIn({ state }: CompletionContext): string[] {
  if (state.doc.length > LONGEST) return [];
  return [...new Set([...state.doc.toString().matchAll(MEMBER)].map((found) => found[1] ?? ""))];
}
