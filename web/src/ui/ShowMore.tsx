// The next page of a list, below it, as long as there is one.
import { Button, Center } from "@mantine/core";

interface ShowMoreProps {
  label: string;
  /** As TanStack's infinite queries give it. */
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

export function ShowMore({ label, pages }: ShowMoreProps) {
  if (!pages.hasNextPage) return null;
  return (
    <Center>
      <Button
        variant="default"
        loading={pages.isFetchingNextPage}
        onClick={() => void pages.fetchNextPage()}
      >
        {label}
      </Button>
    </Center>
  );
}
