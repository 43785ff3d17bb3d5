// What was chosen while looking at something: kept while the page is open, so that a look at another
// part of it, or at another result of the same query, leaves it as it was.
import { useState } from "react";
import { onWorkForgotten } from "@/lib/work";

const kept = new Map<string, unknown>();
onWorkForgotten(() => kept.clear());

/** Under one key there is one sort of value. The key stays while the component does. */
export function useRemembered<Value>(key: string, first: Value): [Value, (next: Value) => void] {
  const [value, setValue] = useState(() => (kept.has(key) ? (kept.get(key) as Value) : first));
  const set = (next: Value) => {
    kept.set(key, next);
    setValue(next);
  };
  return [value, set];
}
