/** Where a new gateway's checks run. */
export const ciNames = ["github", "gitlab", "none"] as const;

export type Ci = (typeof ciNames)[number];

export function isCi(word: string): word is Ci {
  return ciNames.some((name) => name === word);
}

type CiFile = Readonly<{ file: string; text: string }>;

/**
 * The file that has a CI system check the policies and run their tests, by its path from the repository's root; undefined
 * where there is none. `config` is the configuration's path from there.
 */
export function starterCi(ci: Ci, config: string): CiFile | undefined {
  const flag = config === "arouter.toml" ? "" : ` --config ${config}`;
  return ci === "none" ? undefined : files[ci](flag);
}

const files: Readonly<Record<Exclude<Ci, "none">, (flag: string) => CiFile>> = {
  github: (flag) => ({
    file: ".github/workflows/arouter.yml",
    text: `# Every change of the gateway's policies is checked and tested. It needs arouter among the devDependencies of package.json.
name: arouter

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  policies:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      - run: npx arouter check${flag} --format github
      - run: npx arouter test${flag} --format github --min-coverage 100
`,
  }),
  gitlab: (flag) => ({
    file: ".gitlab-ci.yml",
    text: `# Every change of the gateway's policies is checked and tested. It needs arouter among the devDependencies of package.json.
policies:
  image: node:22
  script:
    - npm ci
    - npx arouter check${flag}
    - npx arouter test${flag} --format junit --output arouter-tests.xml --min-coverage 100
  artifacts:
    when: always
    reports:
      junit: arouter-tests.xml
`,
  }),
};
