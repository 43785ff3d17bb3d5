// Names and values to read: headers, the fields of a row. Shown as sent, in the order they came.
import { Table } from "@mantine/core";
import classes from "./ResultPairs.module.css";

interface Props {
  label: string;
  pairs: [string, string][];
  nameTitle?: string;
}

export function ResultPairs({ label, pairs, nameTitle = "Name" }: Props) {
  return (
    <Table className={classes.pairs} aria-label={label} verticalSpacing={4} horizontalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{nameTitle}</Table.Th>
          <Table.Th scope="col">Value</Table.Th>
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
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
