// The request that a run would send, nothing sent (contract 6): each entry with who set it.

export type Origin = "query" | "source" | "auth" | "engine";

export interface PreviewEntry {
  name: string;
  value: string;
  from: Origin;
  /** Whose entry of the same name this one replaced. */
  overrides: Origin[];
}

export interface PreviewBody {
  content_type: string | null;
  size_bytes: number;
  text: string | null;
}

export interface Preview {
  method: string;
  url: string;
  headers: PreviewEntry[];
  params: PreviewEntry[];
  cookies: PreviewEntry[];
  body: PreviewBody | null;
  curl: string;
}
