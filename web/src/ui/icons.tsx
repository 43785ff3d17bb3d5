// Our own small set of icons: 24 × 24 strokes in the colour of the text around them, silent to readers.
import type { ReactNode } from "react";

export interface IconProps {
  size?: number;
}

function icon(children: ReactNode) {
  // biome-ignore lint/correctness/noComponentHookFactories: called once per icon, when this file loads
  return function Icon({ size = 18 }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {children}
      </svg>
    );
  };
}

export const SourcesIcon = icon(
  <>
    <ellipse cx="12" cy="6" rx="7" ry="3" />
    <path d="M5 6v12c0 1.7 3.1 3 7 3s7-1.3 7-3V6M5 12c0 1.7 3.1 3 7 3s7-1.3 7-3" />
  </>,
);
export const QueriesIcon = icon(<path d="M4 6h16M4 12h10M4 18h7m6-4 4 3.5-4 3.5z" />);
export const RunsIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </>,
);
export const ApiIcon = icon(<path d="M8 8 4 12l4 4m8-8 4 4-4 4M13.5 5l-3 14" />);
export const SearchIcon = icon(
  <>
    <circle cx="10.5" cy="10.5" r="6" />
    <path d="m15 15 5 5" />
  </>,
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const TrashIcon = icon(<path d="M4 7h16M9 7V4h6v3m-9 0 1 13h10l1-13M10 11v5m4-5v5" />);
export const PencilIcon = icon(<path d="M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const MinusIcon = icon(<path d="M7 12h10" />);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const WarningIcon = icon(<path d="M12 4 2.8 20h18.4zM12 10v4.5m0 2.5v.5" />);
export const BarredIcon = icon(
  <>
    <circle cx="12" cy="12" r="8" />
    <path d="m6.5 6.5 11 11" />
  </>,
);
export const LockIcon = icon(
  <>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 8 0v3" />
  </>,
);
export const UnlockIcon = icon(
  <>
    <rect x="5" y="11" width="14" height="9" rx="2" />
    <path d="M8 11V8a4 4 0 0 1 7.5-2" />
  </>,
);
export const EyeIcon = icon(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
    <circle cx="12" cy="12" r="3" />
  </>,
);
export const EyeOffIcon = icon(
  <path d="M4 4l16 16M9.9 5.800A8.9 8.9 0 0 1 12 5.500C18 5.5 21.5 12 21.5 12a17 17 0 0 1-2.7 3.400M6.2 7.300A16 16 0 0 0 2.5 12S6 18.5 12 18.500a9 9 0 0 0 4-.9M10 10a3 3 0 0 0 4 4" />,
);
export const ChevronIcon = icon(<path d="m9 6 6 6-6 6" />);
export const DownIcon = icon(<path d="m6 9 6 6 6-6" />);
export const SunIcon = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2m0 14v2M3 12h2m14 0h2M5.6 5.6 7 7m10 10 1.4 1.400m0-12.800L17 7M7 17l-1.4 1.4" />
  </>,
);
export const MoonIcon = icon(<path d="M20 14.500A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.500z" />);
export const AutoIcon = icon(
  <>
    <rect x="3" y="4.5" width="18" height="12" rx="2" />
    <path d="M9 20.500h6m-3-4v4" />
  </>,
);
export const UserIcon = icon(
  <>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6" />
  </>,
);
export const PlayIcon = icon(<path d="M7 5v14l11-7z" />);
export const StopIcon = icon(<rect x="6.5" y="6.5" width="11" height="11" rx="1.5" />);
export const CopyIcon = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15H4.500A1.5 1.5 0 0 1 3 13.500v-9A1.5 1.5 0 0 1 4.5 3h9A1.5 1.5 0 0 1 15 4.500V5" />
  </>,
);
export const DownloadIcon = icon(<path d="M12 4v11m-4.5-4 4.5 4.5 4.5-4.500M5 20h14" />);
export const CertificateIcon = icon(
  <>
    <rect x="3" y="4" width="18" height="12" rx="2" />
    <path d="M7 8h7M7 11.500h4" />
    <circle cx="16.5" cy="14" r="2.5" />
    <path d="M15 16v5l1.5-1 1.5 1v-5" />
  </>,
);
export const DotsIcon = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" />);
export const KeyIcon = icon(
  <>
    <circle cx="8" cy="15" r="4" />
    <path d="m11 12 8.500-8.500M15 8l3 3" />
  </>,
);
export const CallersIcon = icon(
  <>
    <rect x="3.5" y="6" width="17" height="12" rx="2" />
    <circle cx="8.5" cy="11" r="1.8" />
    <path d="M5.800 15.500c.5-1.600 1.500-2.300 2.700-2.300s2.200.7 2.700 2.300M14 10h3.500M14 14h3.500" />
  </>,
);
export const AuditIcon = icon(
  <path d="M6 3.500h9l4 4v13H6zM15 3.500v4h4M9 11h7M9 14.500h7M9 18h4" />,
);
export const SettingsIcon = icon(<path d="M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4" />);
export const BesideIcon = icon(
  <>
    <rect x="3.5" y="5" width="17" height="14" rx="2" />
    <path d="M12 5v14" />
  </>,
);
export const BelowIcon = icon(
  <>
    <rect x="3.5" y="5" width="17" height="14" rx="2" />
    <path d="M3.5 12h17" />
  </>,
);
export const UpIcon = icon(<path d="m6 15 6-6 6 6" />);
