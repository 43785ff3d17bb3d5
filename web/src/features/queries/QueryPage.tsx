// The page at this address.
export function QueryPage() {
  return null;
}
