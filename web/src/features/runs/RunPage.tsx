// The page at this address.
export function RunPage() {
  return null;
}
