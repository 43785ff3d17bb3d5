// How the last runs of this data source ended, and the way to them.
import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { healthQuery } from "@/api/runs";
import { HealthStrip } from "@/ui/HealthStrip";
import { AnchorLink } from "@/ui/links";

export function SourceHealth({ source }: { source: string }) {
  const { data } = useQuery(healthQuery(source));
  if (!data || data.length === 0) return null;
  return (
    <Group gap={8} wrap="nowrap">
      <AnchorLink to="/runs" search={{ source }} size="xs">
        Runs
      </AnchorLink>
      <HealthStrip runs={data} />
    </Group>
  );
}
