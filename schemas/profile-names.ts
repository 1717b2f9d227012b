/** The bundles of defaults that a configuration can start from. */
export const profileNames = ["arouter", "anyrouter", "anthropic-proxy", "model-router"] as const;

export type ProfileName = (typeof profileNames)[number];
