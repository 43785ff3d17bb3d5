// Several of many, each by its own box; a long list has a search above it.
import { Checkbox, Input, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./CheckList.module.css";
import { SearchIcon } from "./icons";

export interface CheckItem {
  id: string;
  name: string;
  /** What tells it from others of its name. */
  note?: string | undefined;
}

interface CheckListProps {
  label: string;
  hideLabel?: boolean;
  items: CheckItem[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
  error?: ReactNode;
  /** What stands where there is nothing to choose from. */
  empty?: string;
  /** Short names, side by side. */
  inline?: boolean;
  "data-pointer"?: string;
}

const SEARCHABLE_FROM = 8;

export function CheckList(props: CheckListProps) {
  const { label, hideLabel, items, chosen, onChange, error, empty, inline } = props;
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const known = new Set(items.map(({ id }) => id));
  // What was chosen and is there no more can still be unchosen.
  const gone = chosen.filter((id) => !known.has(id)).map((id) => ({ id, name: id, note: "gone" }));
  const all: CheckItem[] = [...items, ...gone];
  const shown = all.filter(({ name }) => name.toLowerCase().includes(wanted));

  return (
    <Checkbox.Group
      label={hideLabel ? undefined : label}
      aria-label={hideLabel ? label : undefined}
      value={chosen}
      onChange={onChange}
      error={error}
    >
      <Stack gap={6} mt={6} data-pointer={props["data-pointer"]} tabIndex={-1}>
        {all.length > SEARCHABLE_FROM && (
          <TextInput
            type="search"
            size="xs"
            aria-label={`Search ${label.toLowerCase()}`}
            placeholder="Search"
            leftSection={<SearchIcon size={14} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        {all.length === 0 && (
          <Text size="sm" c="dimmed">
            {empty}
          </Text>
        )}
        {wanted !== "" && shown.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            No results for "{search.trim()}"
          </Text>
        )}
        <div className={inline ? classes.inline : classes.list}>
          {shown.map(({ id, name, note }) => (
            <Checkbox
              key={id}
              value={id}
              label={
                <>
                  {name}
                  {note && (
                    <Text span size="sm" c="dimmed">
                      {" "}
                      {note}
                    </Text>
                  )}
                </>
              }
            />
          ))}
        </div>
        {chosen.length > 0 && !inline && (
          <Input.Description>
            {chosen.length} of {all.length} chosen
          </Input.Description>
        )}
      </Stack>
    </Checkbox.Group>
  );
}
