import { describe, expect, it } from '@jest/globals';
import { parseExposition, parsePromql } from '@portico/testing';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { newMetrics } from './metrics.js';
import { metricTable, type MetricName } from './table.js';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}
interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const file = (path: string) => readFileSync(new URL(`../../../../../${path}`, import.meta.url), 'utf8');
const read = (name: string) => file(`k8s/observability/${name}`);
const operations = file('docs/operations.md');
const { panels, schemaVersion } = JSON.parse(read('dashboard.json')) as { panels: Panel[]; schemaVersion: number };
const rules = parse(read('alerts.yaml')) as { spec: { groups: { name: string; rules: Alert[] }[] } };
const alerts = rules.spec.groups.flatMap((group) => group.rules);
const targets = panels.flatMap(({ title, targets: all = [] }) => all.map((target) => ({ title, ...target })));

/** What Prometheus itself adds to every series, and the bound of a bucket. */
const added = ['job', 'instance', 'namespace', 'le'];
const ofNode = [...(await nodeNames()), 'up'];

async function nodeNames(): Promise<string[]> {
  return [...parseExposition(await newMetrics({ ofNode: true }).text()).keys()];
}

/** The number to which a series belongs; those of a histogram have names of their own. */
const tableNameOf = (series: string): MetricName | undefined => {
  const [name] = /^(.+)_(?:bucket|sum|count)$/.exec(series)?.slice(1) ?? [];
  const isHistogram = (one: string) => one in metricTable && metricTable[one as MetricName].kind === 'histogram';
  if (name !== undefined && isHistogram(name)) return name as MetricName;
  return series in metricTable && !isHistogram(series) ? (series as MetricName) : undefined;
};

const labelsOf = (name: MetricName): readonly string[] => metricTable[name].labels;

/** Names and labels that nobody tells, of a query that can be read. */
const strangersIn = (query: string): string[] => {
  const { metrics, groupedBy } = parsePromql(query.replaceAll('$__rate_interval', '5m'));
  const known = metrics.flatMap(({ name }) => labelsOfSeries(name));
  return [
    ...metrics.filter(({ name }) => !ofNode.includes(name) && !tableNameOf(name)).map(({ name }) => name),
    ...metrics.flatMap(({ name, labels }) =>
      labels.filter((label) => ![...added, ...labelsOfSeries(name)].includes(label)).map((label) => `${name}.${label}`),
    ),
    ...groupedBy.filter((label) => ![...added, ...known].includes(label)),
  ];
};
const labelsOfSeries = (series: string): readonly string[] => {
  const name = tableNameOf(series);
  return name ? labelsOf(name) : [];
};

describe('the reader of queries', () => {
  it.each([
    'sum by (job (rate(up[5m]))',
    'sum(rate(up[5m])',
    'rate(up[5])',
    'up{job="a"',
    'up{job=a}',
    'up > ',
    'up up',
    'histogram_quantil(0.99, up)',
    '5m',
  ])('refuses %s', (query) => {
    expect(() => parsePromql(query)).toThrow(SyntaxError);
  });

  it('finds a metric and a label that nobody tells', () => {
    expect(strangersIn('sum by (client) (rate(portico_request_total{person="a"}[5m]))')).toEqual([
      'portico_request_total',
      'portico_request_total.person',
      'client',
    ]);
    // A histogram has no series of its own name.
    expect(strangersIn('portico_job_duration_seconds')).toEqual(['portico_job_duration_seconds']);
    expect(strangersIn('sum by (le) (rate(portico_job_duration_seconds_bucket{task="sweep"}[5m]))')).toEqual([]);
  });
});

describe('the dashboard', () => {
  it.each(targets)('$title asks for what is told: $expr', ({ expr, legendFormat }) => {
    expect(strangersIn(expr)).toEqual([]);
    const { groupedBy } = parsePromql(expr.replaceAll('$__rate_interval', '5m'));
    const legends = [...legendFormat.matchAll(/{{(\w+)}}/g)].map(([, label = '']) => label);
    expect(legends.filter((label) => !groupedBy.includes(label))).toEqual([]);
  });

  it('shows every number of the table', () => {
    const shown = new Set(
      targets.flatMap(({ expr }) =>
        parsePromql(expr.replaceAll('$__rate_interval', '5m')).metrics.map(({ name }) => tableNameOf(name)),
      ),
    );
    expect(Object.keys(metricTable).filter((name) => !shown.has(name as MetricName))).toEqual([]);
  });

  it('has the form of Grafana 12, and no panel lies over another', () => {
    expect(schemaVersion).toBe(41);
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});

describe('the alerts', () => {
  it.each(alerts)('$alert asks for what is told, and says what to do', ({ alert, expr, annotations, ...rest }) => {
    expect(strangersIn(expr)).toEqual([]);
    expect(annotations.runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(operations).toContain(`\n### ${alert}\n`);
    expect(annotations.summary).not.toBe('');
    expect(rest.for).toMatch(/^\d+m$/);
    expect(['critical', 'warning']).toContain(rest.labels.severity);
  });

  it('bear names of their own', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });
});

it('the monitor keeps the label endpoint as it is told', () => {
  const monitor = parse(read('../overlays/production/monitor.yaml')) as {
    spec: { jobLabel: string; endpoints: { honorLabels?: boolean }[] };
  };
  expect(monitor.spec.endpoints).toMatchObject([{ honorLabels: true, path: '/metrics' }]);
  // So that `job` is the name of the service.
  expect(monitor.spec.jobLabel).toBe('app.kubernetes.io/name');
});
