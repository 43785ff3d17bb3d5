// Where the time went: a bar for each phase after the one before, and the attempts that led here.
import { Table, Text, Title } from "@mantine/core";
import { durationWords } from "@/lib/measure";
import type { Attempt, Phase, Timings } from "@/lib/runAnswer";
import classes from "./ResultTiming.module.css";

const PHASES: [Phase, string][] = [
  ["queue", "Queue"],
  ["dns", "DNS"],
  ["connect", "Connect"],
  ["tls", "TLS"],
  ["send", "Send"],
  ["wait", "Wait"],
  ["read", "Read"],
];

interface Props {
  timings: Timings;
  attempts: Attempt[];
}

export function ResultTiming({ timings, attempts }: Props) {
  const bars = barsOf(timings);
  return (
    <div>
      <Table aria-label="Time by phase" withRowBorders={false} verticalSpacing={4} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Phase</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Time
            </Table.Th>
            <Table.Td className={classes.track} aria-hidden />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {bars.map(({ phase, title, ms, left, width }) => (
            <Table.Tr key={phase}>
              <Table.Th scope="row" fw={500}>
                {title}
              </Table.Th>
              <Table.Td className={classes.number}>{durationWords(ms)}</Table.Td>
              <Table.Td className={classes.track} aria-hidden>
                {ms > 0 && (
                  <div
                    className={classes.bar}
                    style={{ marginInlineStart: `${left}%`, width: `${width}%` }}
                  />
                )}
              </Table.Td>
            </Table.Tr>
          ))}
          {typeof timings.total === "number" && (
            <Table.Tr>
              <Table.Th scope="row">Total</Table.Th>
              <Table.Td className={classes.number}>{durationWords(timings.total)}</Table.Td>
              <Table.Td className={classes.track} aria-hidden />
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
      {attempts.length > 1 && (
        <Text size="xs" c="dimmed" mt={4}>
          The phases are those of the last attempt; the total is of all.
        </Text>
      )}
      {attempts.length > 1 && <Attempts attempts={attempts} />}
    </div>
  );
}

function barsOf(timings: Timings) {
  const measured = PHASES.flatMap(([phase, title]) => {
    const ms = timings[phase];
    return typeof ms === "number" ? [{ phase, title, ms }] : [];
  });
  const sum = Math.max(
    measured.reduce((total, { ms }) => total + ms, 0),
    0.001,
  );
  let before = 0;
  return measured.map((bar) => {
    const left = (before / sum) * 100;
    before += bar.ms;
    return { ...bar, left, width: (bar.ms / sum) * 100 };
  });
}

function Attempts({ attempts }: { attempts: Attempt[] }) {
  return (
    <>
      <Title order={3} size="h6" mt="md" mb={4}>
        Attempts
      </Title>
      <Table aria-label="Attempts" verticalSpacing={4} fz="xs" className={classes.attempts}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">#</Table.Th>
            <Table.Th scope="col">Outcome</Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Waited before
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              Took
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map((attempt, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts are numbered
            <Table.Tr key={at}>
              <Table.Td>{at + 1}</Table.Td>
              <Table.Td>{attempt.status ?? attempt.error ?? "no answer"}</Table.Td>
              <Table.Td className={classes.number}>{durationWords(attempt.waited_ms)}</Table.Td>
              <Table.Td className={classes.number}>{durationWords(attempt.duration_ms)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
