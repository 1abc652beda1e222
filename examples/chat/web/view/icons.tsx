// The page's few pictures, drawn with lines of one weight. All of them only accompany words.
import type { JSX } from "preact";

const shapes = {
  close: "M6 6l12 12M18 6L6 18",
  clip: "M20 11.5l-8.2 8.2a5.2 5.2 0 0 1-7.4-7.4l8.5-8.4a3.5 3.5 0 0 1 4.9 4.9l-8.4 8.4a1.7 1.7 0 0 1-2.5-2.4l7.6-7.6",
  pause: "M9 5v14M15 5v14",
  play: "M8 5l11 7-11 7z",
  send: "M5 12h13M12.5 5.5L19 12l-6.5 6.5",
  down: "M12 5v14M5.5 12.5L12 19l6.5-6.5",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  file: "M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5zM13.5 3v5.5H19",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.3 2.9-5.5 6.5-5.5s6.5 2.2 6.5 5.5M16 4.3a3.5 3.5 0 0 1 0 6.5M18 14.9c2.100.8 3.5 2.6 3.5 5.100",
  leave: "M14 4h3a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3h-3M10 8l-4 4 4 4M6 12h9",
  hash: "M5 9h15M4 15h15M10 4L8 20M16 4l-2 16",
  cloud: "M4 4l16 16M8.5 6.7A6 6 0 0 1 17.8 10 4.5 4.5 0 0 1 20 17.5M16.5 18.5H7A4.5 4.5 0 0 1 6 9.6",
  again: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.3M20 4v5.3h-5.3",
  alert: "M12 8v5M12 16.5v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
} as const;

/** The name of an icon. */
export type IconName = keyof typeof shapes;

/** One icon, as large as the text beside it wants it. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  );
}

/** The chat's own sign. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M8 4h16a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5h-8.5L8.5 29v-5H8a5 5 0 0 1-5-5V9a5 5 0 0 1 5-5z" />
      <path class="gate" d="M11 19v-4a5 5 0 0 1 10 0v4M16 10v9" />
    </svg>
  );
}
