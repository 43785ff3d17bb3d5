// The staged connection test (contract 5), of what is saved or of what is on screen.
import { stringifyExact } from "@/lib/exactJson";
import { call } from "./client";
import type { CertificateFacts } from "./types";

export type StageName = "dns" | "tcp" | "tls" | "auth" | "response";

export interface TestStage {
  stage: StageName;
  /** null: not reached, or not used. */
  ok: boolean | null;
  ms: number | null;
  code: string | null;
  detail: string;
  hint: string | null;
}

export interface Fix {
  title: string;
  /** A merge patch for the source. None ever turns verification off. */
  patch: Record<string, unknown>;
}

export interface ConnectionTest {
  ok: boolean;
  stages: TestStage[];
  /** What the server presented, its own first. */
  certificates: CertificateFacts[];
  fixes: Fix[];
}

/** Test the saved source with `patch`, the unsaved changes, laid over it. Nothing is saved. */
export async function testSource(
  id: string,
  patch: Record<string, unknown>,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const path = `/data-sources/${encodeURIComponent(id)}/test`;
  const body = stringifyExact(Object.keys(patch).length > 0 ? { patch } : {});
  return (await call<ConnectionTest>("POST", path, { body, signal })).data;
}
