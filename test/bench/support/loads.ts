/** What clients ask in a benchmark; `target` is the ratio to the floor that is wanted. */
export type Load = Readonly<{
  name: string;
  path: string;
  model: string;
  stream: boolean;
  bytes: number;
  requests: number;
  target: number;
}>;
export const loads: readonly Load[] = [
  {
    name: "1 KB, same format",
    path: "/v1/chat/completions",
    model: "gpt-4o",
    stream: false,
    bytes: 1000,
    requests: 2000,
    target: 1.6,
  },
  {
    name: "1 KB, translated",
    path: "/v1/chat/completions",
    model: "claude-sonnet-4-5",
    stream: false,
    bytes: 1000,
    requests: 2000,
    target: 2.6,
  },
  {
    name: "100 KB, same format",
    path: "/v1/chat/completions",
    model: "gpt-4o",
    stream: false,
    bytes: 100_000,
    requests: 600,
    target: 1.3,
  },
  {
    name: "64-event stream, same format",
    path: "/v1/chat/completions",
    model: "gpt-4o",
    stream: true,
    bytes: 1000,
    requests: 200,
    target: 1.25,
  },
  {
    name: "64-event stream, translated",
    path: "/v1/chat/completions",
    model: "claude-sonnet-4-5",
    stream: true,
    bytes: 1000,
    requests: 200,
    target: 2,
  },
];
