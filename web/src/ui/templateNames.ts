// What `{{ }}` may hold where a field stands: parameters, constants, secrets, by their full names.
import { createContext } from "react";

export const TemplateNames = createContext<readonly string[]>([]);

export interface OpenTemplate {
  /** Where the name being typed begins. */
  start: number;
  word: string;
}

const TYPED = /\{\{\s*([\w.]*)$/;

/** The template that the caret stands in, if its name is being typed. */
export function openTemplate(text: string, caret: number): OpenTemplate | null {
  const word = TYPED.exec(text.slice(0, caret))?.[1];
  return word === undefined ? null : { start: caret - word.length, word };
}

export function matching(names: readonly string[], word: string): string[] {
  const wanted = word.toLowerCase();
  return names.filter((name) => name.toLowerCase().includes(wanted)).slice(0, 20);
}

/** The text with the name put in and the template closed, and where the caret goes. */
export function filledIn(
  text: string,
  caret: number,
  template: OpenTemplate,
  name: string,
): { text: string; caret: number } {
  const rest = text.slice(caret).replace(/^[\w.]*/, "");
  const closed = /^\s*\}\}/.test(rest);
  const before = `${text.slice(0, template.start)}${name}`;
  if (closed) return { text: before + rest, caret: before.length };
  return { text: `${before} }}${rest}`, caret: before.length + 3 };
}

/** Whole values that hold what is typed, those that begin with it first; none once it is one of them. */
export function wholeOnes(words: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase();
  const found = words.filter((word) => word.toLowerCase().includes(wanted));
  if (found.some((word) => word.toLowerCase() === wanted)) return [];
  const begins = (word: string) => Number(word.toLowerCase().startsWith(wanted));
  return found.sort((a, b) => begins(b) - begins(a)).slice(0, 12);
}
