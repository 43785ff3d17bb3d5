// Data Sources: categories, cards, saved sources.
export function SourcesPage() {
  return null;
}
