// Presets of public APIs: which one a source belongs to, and which match what was typed. Pure.
import type { DataSource, Preset } from "@/api/types";
import { pointerValue } from "@/lib/pointer";
import { storedMark } from "@/lib/secret";

/** The preset whose API a base URL is of. */
export function presetOf(baseUrl: string, presets: readonly Preset[]): Preset | undefined {
  const host = hostOf(baseUrl);
  if (!host) return undefined;
  return presets.find(
    ({ source, host_suffix: suffix }) =>
      hostOf(source.base_url ?? "") === host || (suffix !== null && host.endsWith(suffix)),
  );
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

/** The presets whose title or description holds every word that was typed. */
export function matchingPresets(presets: readonly Preset[], search: string): Preset[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return presets.filter(({ title, description }) => {
    const text = `${title} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a person still has to enter into a source that was made from a preset: JSON Pointers. */
export function stillToFill(preset: Preset, source: Partial<DataSource>): string[] {
  return preset.fill.filter((at) => {
    const value = pointerValue(source, at);
    return !storedMark(value) && (value === undefined || value === null || value === "");
  });
}

/** Two letters in place of a logo: GitHub is GH, Stripe is St. */
export function monogram(title: string): string {
  const capitals = title.match(/\p{Lu}/gu) ?? [];
  const letters = capitals.length > 1 ? capitals.slice(0, 2) : [...title].slice(0, 2);
  return letters.join("");
}

const HUES = 6;

/** The same name has the same colour everywhere: a number from 0 to 5. */
export function hueOf(title: string): number {
  let sum = 0;
  for (const letter of title) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % HUES;
}
