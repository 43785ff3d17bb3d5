// Reading the facts of a certificate for people.

export type Expiry = "valid" | "soon" | "expired" | "later";

/** From this long before its end a certificate is marked (security.md: 30 days). */
const SOON_MS = 30 * 86_400_000;

export function expiryOf(
  facts: { not_before: string; not_after: string },
  now: number = Date.now(),
): Expiry {
  const end = new Date(facts.not_after).getTime();
  if (end < now) return "expired";
  if (new Date(facts.not_before).getTime() > now) return "later";
  return end - now < SOON_MS ? "soon" : "valid";
}

/** The common name of a distinguished name, else its organisation, else all of it. */
export function shortName(distinguishedName: string): string {
  for (const attribute of ["CN", "O"]) {
    const found = new RegExp(`(?:^|,)\\s*${attribute}=((?:\\\\.|[^,\\\\])+)`).exec(
      distinguishedName,
    );
    if (found?.[1]) return found[1].replaceAll(/\\(.)/g, "$1");
  }
  return distinguishedName || "(no name)";
}
