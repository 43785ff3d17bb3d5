// The roles a person can have, and what each is for.
import type { Role } from "@/api/types";

export const ROLES: { value: Role; words: string }[] = [
  { value: "runner", words: "Runs saved queries and sees their results." },
  { value: "editor", words: "Makes data sources and queries; never reads a credential." },
  { value: "admin", words: "Everything: people, callers, secrets, keys, the audit." },
];
