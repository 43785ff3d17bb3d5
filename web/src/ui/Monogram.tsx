// A tile with two letters in place of a logo, always the same colour for the same name.
import classes from "./Monogram.module.css";

interface MonogramProps {
  letters: string;
  /** 0 to 5. */
  hue: number;
  size?: number;
}

export function Monogram({ letters, hue, size = 36 }: MonogramProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 36 36"
      aria-hidden="true"
      className={classes.tile}
      data-hue={hue}
    >
      <rect width="36" height="36" rx="8" />
      <text x="18" y="18.5" textAnchor="middle" dominantBaseline="central">
        {letters}
      </text>
    </svg>
  );
}
