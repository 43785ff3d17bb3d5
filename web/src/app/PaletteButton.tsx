// Opens the palette, by its button or Ctrl/Cmd+K; its code is loaded after the page.
import { ActionIcon, Tooltip } from "@mantine/core";
import { Suspense, useEffect, useState } from "react";
import { SearchIcon } from "@/ui/icons";
import { lazyPart } from "@/ui/lazyPart";

const load = async () => (await import("./Palette")).Palette;
const Palette = lazyPart(load, () => null);

/** Once the page has settled, so that it is there also when the server is away. */
const SETTLED_MS = 1_500;

export function PaletteButton() {
  const [opened, setOpened] = useState(false);
  const [wanted, setWanted] = useState(false);
  const open = () => {
    setWanted(true);
    setOpened(true);
  };

  useEffect(() => {
    const timer = setTimeout(() => load().catch(() => {}), SETTLED_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent) => {
      const chord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (!chord || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      setWanted(true);
      setOpened(true);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);

  return (
    <>
      <Tooltip label="Go to, run or create (Ctrl+K)">
        <ActionIcon
          variant="subtle"
          color="gray"
          c="dimmed"
          size="lg"
          aria-label="Go to, run or create"
          onClick={open}
        >
          <SearchIcon />
        </ActionIcon>
      </Tooltip>
      {wanted && (
        <Suspense fallback={null}>
          <Palette opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
}
