// Pieces of text into whole lines.

/** Collects text until a line is whole. */
export interface Lines {
  push(text: string): void;
  /** Emits what has no line end yet. */
  flush(): void;
}

/** Calls `emit` with each line of the text pushed, without its end; both `\n` and `\r\n` end one. */
export function createLines(emit: (line: string) => void): Lines {
  let rest = "";
  return {
    push(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) emit(line.endsWith("\r") ? line.slice(0, -1) : line);
    },
    flush() {
      if (rest === "") return;
      emit(rest);
      rest = "";
    },
  };
}
