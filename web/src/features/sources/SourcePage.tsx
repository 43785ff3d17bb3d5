// One source's form.
export function SourcePage() {
  return null;
}
