// A whole list: the server pages, the page does not, where lists are short.
import { type Answer, call } from "./client";
import type { Page } from "./types";

const PAGE_SIZE = 200;

export async function everyItem<Item>(path: string, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const answer: Answer<Page<Item>> = await call("GET", path, {
      query: { limit: PAGE_SIZE, cursor },
      signal,
    });
    items.push(...answer.data.items);
    cursor = answer.data.next;
  } while (cursor);
  return items;
}
