// The sources and queries whose templates name a value, each a way there.
import { Text } from "@mantine/core";
import { Fragment } from "react";
import type { Use } from "@/api/templateValues";
import { AnchorLink } from "@/ui/links";

export function WhereUsed({ uses }: { uses: Use[] }) {
  if (uses.length === 0) {
    return (
      <Text span size="sm" c="dimmed">
        nowhere yet
      </Text>
    );
  }
  return (
    <Text span size="sm">
      {uses.map((use, position) => (
        <Fragment key={`${use.kind} ${use.id}`}>
          {position > 0 && ", "}
          <UseLink use={use} />
        </Fragment>
      ))}
    </Text>
  );
}

function UseLink({ use }: { use: Use }) {
  const { kind, id, name } = use;
  return kind === "source" ? (
    <AnchorLink to="/data-sources/$id" params={{ id }} inherit title="Data source">
      {name}
    </AnchorLink>
  ) : (
    <AnchorLink to="/queries/$id" params={{ id }} inherit title="Query">
      {name}
    </AnchorLink>
  );
}
