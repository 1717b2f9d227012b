/** One usable key of a provider: its configuration with the secret read. An absent limit is none. */
export type PooledKey = Readonly<{
  /** Names the key in health, traces and logs; unique within its provider. */
  id: string;
  /** The secret itself: for the upstream request, and nowhere else. */
  value: string;
  /** Share of the requests under the strategy `weighted`; 0 only takes what no other key can. */
  weight: number;
  requestsPerMinute: number | undefined;
  tokensPerMinute: number | undefined;
  /** USD in a UTC calendar day. */
  dailyBudgetUsd: number | undefined;
  /** USD in a UTC calendar month. */
  monthlyBudgetUsd: number | undefined;
  /** Whose account the vendor bills: the operator's (`platform`) or the user's own. */
  billing: "platform" | "byok";
}>;
