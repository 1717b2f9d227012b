/** Half-open UTF-16 range `[start, end)` in one source file; `file` is the name the user knows it by. */
export type Span = Readonly<{ file: string; start: number; end: number }>;

/** A file as read. `file` is relative to the configuration file's folder, with forward slashes. */
export type Source = Readonly<{ file: string; text: string }>;
