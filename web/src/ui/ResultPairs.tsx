// Names and values to read: headers, the fields of a row. Shown as sent, in the order they came.
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./ResultPairs.module.css";

interface Props {
  label: string;
  pairs: [string, string][];
  /** Who set each of the pairs, where that is known. */
  origins?: (ReactNode | undefined)[] | undefined;
}

export function ResultPairs({ label, pairs, origins }: Props) {
  return (
    <Table className={classes.pairs} aria-label={label} verticalSpacing={4} horizontalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Name</Table.Th>
          <Table.Th scope="col">Value</Table.Th>
          {origins && <Table.Th scope="col">From</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {pairs.map(([name, value], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names repeat; the list never changes in place
          <Table.Tr key={at}>
            <Table.Th scope="row" className={classes.name}>
              {name}
            </Table.Th>
            <Table.Td className={classes.value}>{value}</Table.Td>
            {origins && <Table.Td className={classes.from}>{origins[at]}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
