// The form that makes one more is open when the address says so: it can be linked to and gone back from.
import { useNavigate, useSearch } from "@tanstack/react-router";

export interface Adding {
  isOpen: boolean;
  open: () => void;
  close: () => void;
}

export function useAdding(): Adding {
  const { add = false } = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = (next: boolean) =>
    void navigate({
      to: ".",
      search: ({ add: _, ...rest }) => (next ? { ...rest, add: true } : rest),
      replace: !next,
    });
  return { isOpen: add, open: () => set(true), close: () => set(false) };
}
