// The page at this address.
export function RunsPage() {
  return null;
}
