// A moment in words, the exact one on hover; kept true while the page stays open.
import { useEffect, useState } from "react";
import { exactTime, relativeTime } from "@/lib/relativeTime";

const REFRESH_MS = 30_000;

export function RelativeTime({ at }: { at: string }) {
  const [, redraw] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => redraw((count) => count + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={exactTime(at)}>
      {relativeTime(at)}
    </time>
  );
}
