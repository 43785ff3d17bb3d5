// Runs as rows; each leads to its own page.
import { ScrollArea, Table, Text } from "@mantine/core";
import { isRunning, type RunRecord } from "@/api/runs";
import { durationWords, sizeWords } from "@/lib/measure";
import { AnchorLink } from "@/ui/links";
import { RelativeTime } from "@/ui/RelativeTime";
import { RunMark } from "./RunMark";
import classes from "./RunTable.module.css";

export function RunTable({ runs }: { runs: RunRecord[] }) {
  return (
    <ScrollArea type="auto" viewportProps={{ tabIndex: 0, "aria-label": "Runs", role: "region" }}>
      <Table className={classes.table} verticalSpacing={6} highlightOnHover aria-label="Runs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">When</Table.Th>
            <Table.Th scope="col">Outcome</Table.Th>
            <Table.Th scope="col">Query</Table.Th>
            <Table.Th scope="col" className={classes.wide}>
              Request
            </Table.Th>
            <Table.Th scope="col" className={`${classes.number} ${classes.wide}`}>
              Status
            </Table.Th>
            <Table.Th scope="col" className={`${classes.number} ${classes.wide}`}>
              Time
            </Table.Th>
            <Table.Th scope="col" className={`${classes.number} ${classes.wide}`}>
              Size
            </Table.Th>
            <Table.Th scope="col" className={classes.wide}>
              By
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <RunRow key={run.id} run={run} />
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function RunRow({ run }: { run: RunRecord }) {
  const { query, data_source: source, request, response, actor, error } = run;
  return (
    <Table.Tr className={classes.row}>
      <Table.Td className={classes.when}>
        <AnchorLink to="/runs/$id" params={{ id: run.id }} size="sm">
          <RelativeTime at={run.started_at} />
        </AnchorLink>
      </Table.Td>
      <Table.Td>
        <RunMark status={run.status} />
      </Table.Td>
      <Table.Td className={classes.what}>
        {query ? query.name : "not saved"}
        <Text size="xs" c="dimmed" truncate>
          {source.name}
        </Text>
      </Table.Td>
      <Table.Td
        className={`${classes.request} ${classes.wide}`}
        title={`${request.method} ${request.url}`}
      >
        <strong>{request.method}</strong> {request.url}
      </Table.Td>
      <Table.Td className={`${classes.number} ${classes.wide}`} title={error?.title}>
        {response ? response.status : (error?.code ?? "")}
      </Table.Td>
      <Table.Td className={`${classes.number} ${classes.wide}`}>
        {isRunning(run) ? "…" : durationWords(run.duration_ms)}
      </Table.Td>
      <Table.Td className={`${classes.number} ${classes.wide}`}>
        {response ? sizeWords(run.size_bytes) : ""}
      </Table.Td>
      <Table.Td className={`${classes.who} ${classes.wide}`}>
        {actor.name}
        <Text size="xs" c="dimmed">
          {run.door}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
