/** A `note` is counted, and told on request; a program is always told. */
export type Severity = "error" | "warning" | "note";

type CodeInfo = Readonly<{
  name: string;
  severity: Severity;
  about: string;
  /** What to do about it, where whoever finds it cannot say that better. */
  hint: string | undefined;
}>;

/**
 * Every code with its name, what it counts as unless `[lint]` says otherwise, and one line for the reference table. Stable
 * for ever: codes are never renumbered or reused. AR0xx files, AR1xx syntax and shape, AR2xx names and values, AR3xx findings,
 * AR4xx policy tests, AR900 ours. A test wants a failing and a passing case for each.
 */
export const codes = {
  AR001: error(
    "unreadable-config",
    "The configuration file cannot be read: it is missing, not a regular file, over 8 MiB or not UTF-8.",
    "Name an existing file with --config, or run arouter init.",
  ),
  AR002: error(
    "unusable-file",
    "A policy or schema file that is named cannot be read, for the same reasons.",
    "Name another file, relative to the one that names it.",
  ),
  AR101: error(
    "syntax",
    "The text is not valid TOML, YAML or JSON.",
    "Correct the text at this place: brackets, quotes, commas and indentation.",
  ),
  AR102: error("duplicate-key", "A key occurs twice in one table.", "Remove one of the two."),
  AR103: error("tab-indentation", "YAML is indented with spaces only.", "Indent with spaces."),
  AR104: error("alias-expansion", "YAML aliases expand to more than 10,000 values."),
  AR105: error("alias-cycle", "A YAML alias contains itself.", "Write the values out."),
  AR106: error("yaml-tag", "YAML tags such as `!!js/function` are refused.", "Remove the tag and write a plain value."),
  AR107: error("merge-key", "The YAML merge key `<<` is refused: write the keys out."),
  AR108: error("several-documents", "A policy file is one YAML document."),
  AR109: error("empty-file", "The policy file is empty."),
  AR110: error("too-deep", "Values are nested more than 100 levels deep.", "Write the values less deep."),
  AR111: error("unknown-key", "No such key here; a typo would silently change what a rule matches."),
  AR112: error("missing-key", "A required key is missing.", "Add it."),
  AR113: error("wrong-type", "A value has the wrong type.", "Write a value of that type."),
  AR114: error(
    "out-of-range",
    "A number, text or list is too small or too large.",
    "Write a value within these limits.",
  ),
  AR115: error("not-one-of", "A value is not one of the words allowed here.", "Write one of these words."),
  AR201: error("duplicate-rule", "Two rules have the same name.", "Rename one of the two."),
  AR202: error(
    "rule-name",
    "A rule name must be fit for a response header and a metric label; `none` is reserved.",
    "Use letters, digits, hyphens and underscores.",
  ),
  AR203: error("unknown-provider", "No provider of that name is configured."),
  AR204: error(
    "unroutable-model",
    "No configured provider serves the model.",
    "Name a model that one of the providers serves, or write <provider>/<model>.",
  ),
  AR205: error(
    "listen-address",
    "A listen address is `host:port` with a port from 1024 to 65535, each address once.",
    'Write it like "127.0.0.1:8080", and each address once.',
  ),
  AR206: error(
    "url",
    "A URL must be http or https, without credentials, query or fragment; a path begins with `/`.",
    'Write it like "https://api.example.com/v1".',
  ),
  AR207: error(
    "secret-syntax",
    "A secret is `env.NAME`, `$" +
      "{NAME}` or the key itself, in `auth.keys` also `$RANDOM_KEY`; it is neither empty nor interpolated.",
  ),
  AR208: error(
    "provider-type",
    "Neither the provider's name nor `type` or `base_url` tells where to send requests; or the upstream has no such API.",
  ),
  AR209: error(
    "provider-name",
    "A provider name is letters, digits, `-` and `_`, and no two share one key variable.",
    "Use letters, digits, hyphens and underscores.",
  ),
  AR210: error(
    "model-name",
    "A model name is empty, too long or unfit for a header.",
    'Write the name as the provider lists it, such as "gpt-4o-mini".',
  ),
  AR211: error(
    "header-name",
    "Not a valid HTTP header name.",
    "Write a header such as x-team, and a value of printable ASCII characters.",
  ),
  AR212: error(
    "auth-without-keys",
    '`auth.mode = "keys"` needs at least one key, and so does a way to sign in that this version lacks.',
  ),
  AR213: error("duplicate-offer", "One provider is listed twice for the same model."),
  AR214: error("price", "A price is US dollars per million tokens, as a decimal number without a sign."),
  AR215: error(
    "key-id",
    "A key id is unfit for a log label, or another key of the provider has it.",
    "Use letters, digits, hyphens and underscores.",
  ),
  AR216: error(
    "tier-keyword",
    "A tier keyword must be able to stand in a model name, and not be digits only.",
    'Use letters, digits, hyphens and dots, such as "opus".',
  ),
  AR217: error(
    "upstream-auth",
    "The ways to send a provider's key contradict each other, or a template has no place for it.",
  ),
  AR218: error(
    "body-member",
    "A member of request bodies cannot be changed so: the gateway decides it, or the pointer to it is wrong.",
    'Name another member, as "seed" or "/metadata/user_id".',
  ),
  AR219: error(
    "transform",
    "A transform is one TypeScript file that exports `request`, `headers` or `event`, and imports nothing but types.",
    'Correct the code: it is TypeScript that is checked against the types of "arouter/runtime".',
  ),
  AR220: error("schema-not-object", "A JSON Schema file must hold one object.", "Put the schema into { … }."),
  AR221: error(
    "schema-keyword",
    "Not a keyword of JSON Schema draft 2020-12; a typo would silently check nothing.",
    "Remove it, or correct its spelling.",
  ),
  AR222: error(
    "schema-reference",
    "A `$ref` does not resolve inside its file, or leads only back to itself.",
    'Point it at a schema of this file, as "#/$defs/name" does.',
  ),
  AR223: error(
    "schema-too-large",
    "A JSON Schema is over 256 KiB, 32 levels, 1,000 properties or 500 enum values.",
    "Make it smaller: checks of answers take their time from requests.",
  ),
  AR224: error(
    "schema-pattern",
    "A regular expression is invalid, or can take exponential or cubic time.",
    "Correct the regular expression, which is one of JavaScript.",
  ),
  AR225: error(
    "schema-invalid",
    "The JSON Schema breaks the rules of draft 2020-12 or of Ajv's strict mode.",
    "Correct the schema here; draft 2020-12 says what a keyword takes.",
  ),
  AR301: warning("unreachable-rule", "Earlier rules take every request that this rule matches."),
  AR302: warning(
    "rule-never-matches",
    "The conditions of a rule contradict each other.",
    "Remove the rule, or one of these conditions.",
  ),
  AR303: warning("repeated-model", "A fallback chain repeats the model before it; the repetition is skipped."),
  AR304: warning("not-executed", "The key is accepted and checked, but this version does not act on it.", "Remove it."),
  AR305: warning("unknown-validator", "No validator of that name exists; it is skipped."),
  AR306: warning("public-open-bind", "Everyone who reaches this address can spend your provider keys."),
  AR307: warning(
    "slow-pattern",
    "A regular expression can take quadratic time on long text, or nobody can tell.",
    "Write it without that, or leave it when only you write what is checked.",
  ),
  AR308: warning("unknown-prefix", "The part of a model name before `/` looks like a misspelt provider."),
  AR309: warning(
    "shadowed-name",
    "An alias or tier keyword is never used: a name or keyword before it takes all it matches.",
  ),
  AR310: warning("redundant-condition", "A condition holds for every request that meets the rule's other conditions."),
  AR311: note(
    "overlapping-rules",
    "Two rules hold for the same requests; the first one decides. Told on request only.",
  ),
  AR312: warning("fallback-never-starts", "Nothing of a rule can start its fallback chain."),
  AR313: warning("validator-never-applies", "A check has nothing to check in any answer to the rule's requests."),
  AR314: warning("hedge-never-runs", "A hedge never runs beside the first call, as only one call is allowed."),
  AR315: warning("hedge-same-upstream", "A hedge goes to the same model of the same provider as the first call."),
  AR316: warning("chain-returns", "A fallback chain comes back to a model that has failed by then."),
  AR317: note("decided-condition", "Earlier rules take every request that a condition keeps out."),
  AR319: note("not-analysed", "The analysis of a rule was given up, as there was too much to compare."),
  AR321: warning(
    "context-too-small",
    "A model's context window is smaller than every prompt of its rule, or than the rule's own bound.",
  ),
  AR322: warning("target-without-tools", "All requests of a rule have tools, and a model calls none."),
  AR323: warning("target-without-images", "All requests of a rule hold an image, and a model sees none."),
  AR324: warning(
    "target-without-structured-output",
    "All requests of a rule ask for JSON, a model does not hold its answers to that, and nothing checks them.",
  ),
  AR325: warning("output-limit-too-high", "All requests of a rule set a higher output limit than a model has."),
  AR326: warning(
    "rejected-parameter",
    "`set` or `defaults` of a provider gives requests a parameter that a model refuses.",
  ),
  AR327: warning("certain-loss", "What all requests of a rule have is lost on the way to a model."),
  AR328: warning("no-such-api", "A model is not there over the API that the requests of a rule need."),
  AR331: warning("cost-above-limit", "One request of a rule can cost more than `[lint] max_cost_usd`."),
  AR332: warning("paid-fallback", "A model is free, and a model after it or beside it is not."),
  AR333: warning("dearer-rewrite", "A model costs more than each of those that the rule's requests name."),
  AR341: note("not-in-catalogue", "Neither the configuration nor the catalogue knows an upstream model."),
  AR342: warning("literal-secret", "A secret stands in a file; a variable would keep it out."),
  AR343: warning(
    "thinking-session-moves",
    "A rule moves sessions of models that think to another family, by facts that change from turn to turn.",
  ),
  AR344: warning("cache-never-works", "`auto_cache` is asked of a model for prompts that are too short for it."),
  AR351: error("ignore-without-reason", "An `# arouter-ignore` comment does not say which codes it is about, or why."),
  AR352: warning(
    "unused-ignore",
    "An `# arouter-ignore` comment silences nothing: nothing of that code is found there.",
  ),
  AR361: warning("stale-lock", "The lock lacks a model of the policy, has one that nothing leads to, or is too old."),
  AR362: error("edited-lock", "The models of the lock were changed by hand: its digest does not fit them."),
  AR363: warning(
    "locked-differently",
    "The installed price catalogue has another price than the lock; the lock holds.",
  ),
  AR401: error(
    "test-input",
    "A policy test is about one request or about facts; a request has a body or names a file that holds one.",
  ),
  AR402: error("nothing-expected", "A policy test expects nothing, so it could not fail."),
  AR403: error("unknown-rule", "A policy test expects a rule that does not exist."),
  AR404: error("duplicate-test", "Two policy tests of a file have the same name.", "Rename one of the two."),
  AR900: error("compiler-bug", "The compiler made code that does not type-check. Please report it."),
} as const satisfies Record<string, CodeInfo>;

export type Code = keyof typeof codes;

export const allCodes: readonly Code[] = Object.keys(codes).filter(isCode);

/** Whether `[lint]` decides what it counts as, and comments may silence it. Without the others nothing could be compiled. */
export function isFinding(code: Code): boolean {
  return code.startsWith("AR3");
}

/** The code that is meant by itself or by its name. */
export function codeNamed(written: string): Code | undefined {
  return allCodes.find((code) => code === written || codes[code].name === written);
}

/** What may be written for a finding: its code, or its name. */
export function findingWords(): readonly string[] {
  return allCodes.filter(isFinding).flatMap((code) => [code, codes[code].name]);
}

function isCode(word: string): word is Code {
  return Object.hasOwn(codes, word);
}

function error(name: string, about: string, hint?: string): CodeInfo {
  return { name, severity: "error", about, hint };
}

function warning(name: string, about: string, hint?: string): CodeInfo {
  return { name, severity: "warning", about, hint };
}

function note(name: string, about: string, hint?: string): CodeInfo {
  return { name, severity: "note", about, hint };
}
