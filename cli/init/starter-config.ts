import type { Starter } from "./starter.ts";

/** The text of a new arouter.toml. `schema` is the path of its JSON Schema. */
export function starterConfig(starters: readonly Starter[], schema: string): string {
  const takesKeys = starters.some(({ keyVariable }) => keyVariable !== undefined);
  return `#:schema ${schema}
# The gateway's configuration. \`arouter check\` looks at it and the policies, \`arouter serve\` runs both.

listen_addr = "127.0.0.1:8080"

[router]
policy_file = "policies.yaml"
${takesKeys ? startup : ""}${starters.map(providerText).join("")}`;
}

const startup = `
# It starts without keys, too: while there is none at all, a simulator on this machine answers.
[startup]
allow_missing_keys = true
`;

function providerText({ id, label, keyVariable, written }: Starter): string {
  const lines = [
    ...(keyVariable === undefined ? [`# ${label}, which wants no key.`] : []),
    `[providers.${id}]`,
    ...Object.entries(written).map(([key, value]) => `${key} = "${value}"`),
    ...(keyVariable === undefined ? [] : [`api_key = "env.${keyVariable}"`]),
  ];
  return `\n${lines.join("\n")}\n`;
}
