// The browser's title of this page: what tabs, history and screen readers call it.
import { useEffect } from "react";

export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Sourcekeep` : "Sourcekeep";
  }, [title]);
}
