// Sidebar: the categories of kinds, each with the number of kinds in it.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { kindsQuery } from "@/api/sources";
import { NavigationLink } from "@/ui/links";
import { categoryList } from "./categoryList";
import classes from "./SourcesFrame.module.css";

export function Categories({ current }: { current: string | null }) {
  const { data: kinds } = useQuery(kindsQuery);
  return (
    <nav className={classes.group} aria-labelledby="categories-heading">
      <h2 id="categories-heading" className={classes.heading}>
        Add a data source
      </h2>
      {kinds &&
        categoryList(kinds).map(({ id, title, kinds: inside, presets }) => (
          <NavigationLink
            key={id}
            to="/data-sources"
            search={id ? { category: id } : {}}
            label={title}
            active={current === id}
            aria-current={current === id ? "true" : undefined}
            activeOptions={{ exact: true, includeSearch: true }}
            rightSection={
              <Text
                span
                size="sm"
                c="dimmed"
                aria-label={`${inside.length + presets.length} choices`}
              >
                {inside.length + presets.length}
              </Text>
            }
          />
        ))}
    </nav>
  );
}
