// Which kinds and presets stand in which category of the sidebar, and how many.
import type { Kind, Kinds, Preset } from "@/api/types";

export interface CategoryEntry {
  /** Empty for the first one, which needs no name in the address. */
  id: string;
  title: string;
  kinds: Kind[];
  presets: Preset[];
}

/** What most people come for. */
const COMMON_KINDS: ReadonlySet<string> = new Set(["restapi"]);

export function categoryList({ categories, items, presets }: Kinds): CategoryEntry[] {
  return [
    {
      id: "",
      title: "Commonly used",
      kinds: items.filter(({ kind }) => COMMON_KINDS.has(kind)),
      presets,
    },
    ...categories.map(({ id, title }) => ({
      id,
      title,
      kinds: items.filter(({ category }) => category === id),
      presets: [],
    })),
  ];
}

/** The kinds whose title or description holds every word that was typed. */
export function matchingKinds(kinds: Kind[], search: string): Kind[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return kinds.filter(({ kind, title, description }) => {
    const text = `${kind} ${title} ${description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
