// One limit of a policy: a box that turns it on, and below it what it is limited to.
import { Checkbox } from "@mantine/core";
import type { ReactNode } from "react";

interface LimitProps {
  label: string;
  on: boolean;
  onSwitch: (on: boolean) => void;
  children: ReactNode;
}

export function Limit({ label, on, onSwitch, children }: LimitProps) {
  return (
    <div>
      <Checkbox
        label={label}
        checked={on}
        onChange={(event) => onSwitch(event.currentTarget.checked)}
      />
      {on && <div className="sk-inset">{children}</div>}
    </div>
  );
}
