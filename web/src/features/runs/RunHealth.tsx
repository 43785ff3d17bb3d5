// The health of the data sources that the listed runs are of; each leads to its own runs.
import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { healthQuery, type RunRecord } from "@/api/runs";
import { HealthStrip } from "@/ui/HealthStrip";
import { AnchorLink } from "@/ui/links";

/** More strips than this are a list of their own; the filter shows any of them. */
const MOST = 6;

export function RunHealth({ runs }: { runs: RunRecord[] }) {
  const sources = new Map(runs.map(({ data_source: source }) => [source.id, source.name]));
  return (
    <Group gap="lg" component="section" aria-label="Health of the data sources">
      {[...sources].slice(0, MOST).map(([id, name]) => (
        <Group key={id} gap={8} wrap="nowrap">
          <AnchorLink to="/runs" search={{ source: id }} size="xs">
            {name}
          </AnchorLink>
          <Strip source={id} />
        </Group>
      ))}
    </Group>
  );
}

function Strip({ source }: { source: string }) {
  const { data } = useQuery(healthQuery(source));
  return data ? <HealthStrip runs={data} /> : null;
}
