import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { freePort } from "../cli/serve-process.ts";
import { type Routed, startRouted } from "../routing/routed.ts";
import { withFolder } from "../support/temporary-folder.ts";

const deploy = join(import.meta.dir, "../../deploy");
const alertsFile = join(deploy, "prometheus/alerts.yml");
const dashboard: Dashboard = JSON.parse(await readFile(join(deploy, "grafana/arouter.json"), "utf8"));

type Panel = Readonly<{
  id: number;
  type: string;
  title: string;
  gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  targets?: readonly Readonly<{ expr: string }>[];
}>;
type Dashboard = Readonly<{ panels: readonly Panel[]; annotations: { list: readonly Readonly<{ expr: string }>[] } }>;

const panelQueries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, query: filledIn(expr) })),
);
const queries = [
  ...panelQueries,
  ...dashboard.annotations.list.map(({ expr }) => ({ title: "annotation", query: filledIn(expr) })),
];

/** What `/api/v1/query` answers (Prometheus docs, "HTTP API"). */
type Queried = Readonly<{
  status: "success" | "error";
  data: Readonly<{
    result: readonly Readonly<{ metric: Readonly<Record<string, string>>; value: [number, string] }>[];
  }>;
}>;

/** A query as Grafana would send it. */
function filledIn(query: string): string {
  const values: Readonly<Record<string, string>> = {
    $__rate_interval: "1m",
    $__interval: "1m",
    $__range: "1h",
    $job: "arouter",
    $instance: ".*",
  };
  return query.replaceAll(/\$\w+/g, (name) => values[name] ?? name);
}

/** Debian's package `prometheus` has both; `.ci/run` installs it. */
const hasPrometheus = Bun.which("promtool") !== null && Bun.which("prometheus") !== null;

async function promtool(args: readonly string[], input = ""): Promise<readonly [status: number, output: string]> {
  const child = Bun.spawn(["promtool", ...args], { stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" });
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return [await child.exited, out + error];
}

let gateway: Routed;
let exposition: string;
beforeAll(async () => {
  gateway = await startRouted({ upstreams: { flaky: { first: [{ status: 500 }] }, steady: {} } });
  await gateway.ask();
  await gateway.ask({ stream: true });
  await gateway.ask({ wire: "anthropic" });
  await (await fetch(`${gateway.url}/v1/chat/completions`, { method: "POST", body: "{" })).text();
  exposition = await (await fetch(`${gateway.url}/metrics`)).text();
});
afterAll(() => gateway.stop());

describe("R42 what is asked of Prometheus is what the gateway tells", () => {
  const names = (text: string) => new Set(text.match(/\b(?:arouter|process)_[a-z_]+/g));
  const told = async () => {
    const families = [...(await createMetrics().text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    return new Set(families.flatMap(([, name, type]) => (type === "histogram" ? [`${name}_bucket`] : [name])));
  };

  test("in every panel of the dashboard", async () => {
    const known = await told();
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.flatMap(({ query }) => [...names(query)]).filter((name) => !known.has(name))).toEqual([]);
  });

  test("in every alert", async () => {
    const { groups } = parse(await readFile(alertsFile, "utf8"));
    const asked = names(
      groups.flatMap(({ rules }: { rules: { expr: string }[] }) => rules.map(({ expr }) => expr)).join("\n"),
    );
    const known = await told();
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  test("and every counter and histogram of requests is in a panel", async () => {
    const asked = new Set(queries.flatMap(({ query }) => [...names(query)]));
    const known = [...(await told())].filter((name) => name?.startsWith("arouter_"));
    expect(known.filter((name) => name !== undefined && !asked.has(name))).toEqual([
      "arouter_build_info",
      "arouter_key_quarantines_total",
      "arouter_stale_connections_total",
      "arouter_breaker_opens_total",
    ]);
  });

  test("panels have numbers and titles of their own, and lie side by side", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe.skipIf(!hasPrometheus)("R42 by Prometheus' own tools", () => {
  test("promtool check metrics finds nothing to say of what a gateway tells", async () => {
    expect(exposition).toContain(
      'arouter_failovers_total{from="flaky",to="steady",reason="server_error",rule="none"} 1',
    );
    expect(await promtool(["check", "metrics"], exposition)).toEqual([0, ""]);
  });

  test("promtool check config and rules", async () => {
    const [status, output] = await promtool(["check", "config", join(deploy, "prometheus/prometheus.yml")]);
    expect(output).toMatch(/SUCCESS: \d+ rules found/);
    expect(status).toBe(0);
  });

  test("promtool test rules: a healthy gateway fires no alert, a failing one each that it should", async () => {
    const [status, output] = await promtool(["test", "rules", join(import.meta.dir, "alerts.test.yml")]);
    expect(output).toContain("SUCCESS");
    expect(status).toBe(0);
  });

  test("Prometheus scrapes a gateway and answers every query of the dashboard, three of them with what happened", async () => {
    await withFolder({}, async (folder) => {
      const target = new URL(gateway.url).host;
      const job = { job_name: "arouter", static_configs: [{ targets: [target] }] };
      await writeFile(
        join(folder, "prometheus.yml"),
        JSON.stringify({ global: { scrape_interval: "250ms" }, rule_files: [alertsFile], scrape_configs: [job] }),
      );
      const address = `127.0.0.1:${freePort()}`;
      const child = Bun.spawn(
        [
          "prometheus",
          `--config.file=${join(folder, "prometheus.yml")}`,
          `--storage.tsdb.path=${join(folder, "data")}`,
          `--web.listen-address=${address}`,
        ],
        { stdout: "ignore", stderr: "ignore" },
      );
      try {
        const ask = async (query: string): Promise<Queried> => {
          const form = new URLSearchParams({ query });
          const answer = await fetch(`http://${address}/api/v1/query`, { method: "POST", body: form });
          return JSON.parse(await answer.text());
        };
        const valuesOf = async (query: string) =>
          Object.fromEntries(
            (await ask(query)).data.result.map(({ metric, value }) => [
              Object.values(metric).join(" "),
              Number(value[1]),
            ]),
          );
        const scraped = () =>
          ask("count_over_time(arouter_build_info[1m]) > 2").then(({ data }) => data.result.length === 1);
        while (!(await scraped().catch(() => false))) await Bun.sleep(100);

        const answers = await Promise.all(queries.map(async ({ title, query }) => ({ title, ...(await ask(query)) })));
        expect(answers.filter(({ status }) => status !== "success")).toEqual([]);

        const total = (query: string) => valuesOf(query.replaceAll(/rate\((\w+\{[^}]*\})\[[^\]]*\]\)/g, "$1"));
        const of = (wanted: string) => panelQueries.find(({ title }) => title === wanted)?.query ?? "";
        expect(await total(of("Requests by how they ended"))).toEqual({ "2xx": 3, "4xx": 1 });
        expect(await total(of("Attempts by how they ended"))).toEqual({
          "server_error flaky": 1,
          "ok steady": 1,
          "ok flaky": 2,
        });
        expect(await valuesOf(of("In flight"))).toEqual({ "": 0 });
      } finally {
        child.kill();
        await child.exited;
      }
    });
  }, 60_000);
});
