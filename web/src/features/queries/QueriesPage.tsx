// The page at this address.
export function QueriesPage() {
  return null;
}
