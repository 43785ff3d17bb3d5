// The connection test in words. Pure.
import type { ConnectionTest, StageName, TestStage } from "@/api/connectionTest";

const TITLES: Record<StageName, string> = {
  dns: "DNS",
  tcp: "TCP",
  tls: "TLS",
  auth: "Auth",
  response: "Response",
};

export const STAGE_NAMES = Object.keys(TITLES) as StageName[];

export function stageTitle(stage: StageName): string {
  return TITLES[stage] ?? stage;
}

export function failedStage({ stages }: ConnectionTest): TestStage | undefined {
  return stages.find(({ ok }) => ok === false);
}

export type StageState = "passed" | "failed" | "not used" | "not reached";

/** A stage that was passed over, because one after it was reached, is not used: TLS with http. */
export function stateOf(stages: TestStage[], name: StageName): StageState {
  const at = stages.findIndex(({ stage }) => stage === name);
  const ok = stages[at]?.ok;
  if (ok === true) return "passed";
  if (ok === false) return "failed";
  return stages.slice(at + 1).some((later) => later.ok !== null) ? "not used" : "not reached";
}

export function verdictOf(result: ConnectionTest): string {
  if (result.ok) return "The connection works";
  const failed = failedStage(result);
  return failed ? `The connection fails at ${stageTitle(failed.stage)}` : "The connection fails";
}
