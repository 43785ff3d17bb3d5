// What stands in place of a part of the page until its data is there.
import { Center, Loader } from "@mantine/core";

export function Waiting() {
  return (
    <Center py={80}>
      <Loader role="status" aria-label="Loading" />
    </Center>
  );
}
