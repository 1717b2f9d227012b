/** Half-open UTF-16 range `[start, end)` in one source file; `file` is the name the user knows it by. */
export type Span = Readonly<{ file: string; start: number; end: number }>;

/** A file as read. `file` is relative to the configuration file's folder, with forward slashes. */
export type Source = Readonly<{ file: string; text: string }>;

/** A file that a source names but that could not be used; `span` is where it is named, `meant` a similar name beside it. */
export type Unusable = Readonly<{ name: string; span: Span; reason: UnusableReason; meant: string | undefined }>;
export type UnusableReason = "missing" | "unreadable" | "not-a-file" | "too-large" | "not-utf8";

/** Everything `load` read. */
export type Sources = Readonly<{
  config: Source;
  /** Undefined when the configuration names none, or when the named one is in `unusable`. */
  policies: Source | undefined;
  /** In the order the policies first name them; `name` is as the policies write it. */
  schemas: readonly Readonly<{ name: string; source: Source }>[];
  /** Code of the user's own, once each; `name` is as the configuration writes it. */
  transforms?: readonly Readonly<{ name: string; source: Source }>[];
  /** Pinned prices and capabilities; absent when there is no such file beside the configuration. */
  lock?: Source;
  /** Policy tests that were read besides. */
  tests?: readonly Source[];
  unusable: readonly Unusable[];
}>;

/** Every file once, in the order diagnostics are shown. */
export function sourceFiles(sources: Sources): readonly Source[] {
  const policies = sources.policies === undefined ? [] : [sources.policies];
  const all = [
    sources.config,
    ...policies,
    ...[...sources.schemas, ...(sources.transforms ?? [])].map(({ source }) => source),
    ...(sources.lock === undefined ? [] : [sources.lock]),
    ...(sources.tests ?? []),
  ];
  return [...new Map(all.map((source) => [source.file, source])).values()];
}
