import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { calls, endpoints } from '@portico/contracts';
import { parseExposition, parsePromql, type ToldMetric } from '@portico/testing';
import * as client from 'openid-client';
import { parse } from 'yaml';
import { issuer, origin, provider, topology } from './provider.js';
import { configuration, signIn } from './relying-party.js';
import { password, secret } from './setup/declaration.js';

const fileOf = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
const timeout = () => AbortSignal.timeout(15_000);

interface Documented {
  readonly kind: string;
  readonly labels: readonly string[];
  readonly help: string;
}
/** As docs/metrics.md has them. */
const documented = async (): Promise<ReadonlyMap<string, Documented>> => {
  const rows = [...(await fileOf('docs/metrics.md')).matchAll(/^\| `(portico_\w+)` \| (\w+) \| (.*) \| (.+) \|$/gm)];
  const labelsIn = (cell: string) => [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label);
  return new Map(
    rows.map(([, name = '', kind = '', labels = '', help = '']) => [name, { kind, labels: labelsIn(labels), help }]),
  );
};

/** Where each process tells its numbers. */
const healthUrls = async (): Promise<Record<string, string>> => {
  if (topology === 'services') {
    const text = await readFile(join(provider.dataDir, 'services.json'), 'utf8');
    const services = Object.entries(JSON.parse(text) as Record<string, { health: string }>);
    return Object.fromEntries(services.map(([name, { health }]) => [name, health]));
  }
  const log = await readFile(join(provider.dataDir, 'provider.log'), 'utf8');
  return { standalone: /"health":"([^"]+)"/.exec(log)?.[1] ?? '' };
};

/** A job from end to end, and what goes wrong beside it; answers whatever is nobody's business. */
const mainJob = async (): Promise<string[]> => {
  const { config, tokens, browser, callback } = await signIn('basic');
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
  await client.fetchUserInfo(config, refreshed.access_token, tokens.claims()!.sub);
  await client.tokenIntrospection(config, refreshed.access_token);
  await client.tokenRevocation(config, refreshed.refresh_token!);
  await browser.open(client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token! }).href);
  const asPerson = { username: 'anna', password: 'a-wrong-password', scope: 'openid' };
  await client.genericGrantRequest(await configuration('password'), 'password', asPerson).catch(() => undefined);
  await fetch(`${issuer}/token`, { method: 'POST', signal: timeout() });
  await fetch(`${origin}/nothing/at/all/${Date.now()}`, { signal: timeout() });
  const ofTokens = [tokens, refreshed].flatMap(({ access_token, refresh_token, id_token }) => [
    access_token,
    refresh_token!,
    id_token!,
  ]);
  const ids = [tokens.claims()!.sub, callback.searchParams.get('code')!, ...browser.cookies.values()];
  return [...ofTokens, ...ids, password, secret, 'a-wrong-password', '"basic"', 'anna', 'nothing/at/all'];
};

let texts: Record<string, string>;
let nobodysBusiness: string[];
let told: Record<string, ReadonlyMap<string, ToldMetric>>;
const scrape = async (): Promise<void> => {
  const scraped = Object.entries(await healthUrls()).map(async ([name, url]) => {
    const response = await fetch(`${url}/metrics`, { signal: timeout() });
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    return [name, await response.text()] as const;
  });
  texts = Object.fromEntries(await Promise.all(scraped));
  told = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parseExposition(text)]));
};
beforeAll(async () => {
  nobodysBusiness = await mainJob();
  await scrape();
}, 60_000);

const ours = () =>
  Object.values(told).flatMap((metrics) => [...metrics].filter(([name]) => name.startsWith('portico_')));
/** The sum of all series with these labels, over all processes. */
const sumOf = (name: string, labels: Record<string, string> = {}): number =>
  ours()
    .flatMap(([, { series }]) => series)
    .filter((one) => one.name === name && Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);

/** In one process there is no NATS, and nothing is known by heart. */
const isForServices = (name: string) =>
  /^portico_(bus_(?!calls_waiting)|revocation_)/.test(name) && topology === 'standalone';

describe('the numbers of all processes together', () => {
  it('are those of docs/metrics.md: none beside, none missing, with the same words', async () => {
    const names = new Set(ours().map(([name]) => name));
    const table = await documented();
    expect(table.size).toBeGreaterThan(30);
    expect([...names].sort()).toEqual([...table.keys()].filter((name) => !isForServices(name)).sort());
    for (const [name, { kind, help }] of ours())
      expect({ name, kind, help }).toMatchObject({ name, ...pick(table, name) });
  });

  it('have the labels of the table alone, with few values', async () => {
    const table = await documented();
    const known = new Set([...Object.values({ ...endpoints, ...calls }).map(({ name }) => name), 'none']);
    for (const [name, { series }] of ours()) {
      const labels = [...(table.get(name)?.labels ?? [])].sort();
      for (const one of series) {
        expect(
          Object.keys(one.labels)
            .filter((label) => label !== 'le')
            .sort(),
        ).toEqual(labels);
        if ('endpoint' in one.labels) expect([...known]).toContain(one.labels.endpoint);
        if ('error' in one.labels) expect(one.labels.error).toMatch(/^[a-z_]+$/);
      }
    }
  });

  it('hold no token, no secret, no person, no client and no path', () => {
    const text = Object.values(texts).join('');
    expect(nobodysBusiness.filter((one) => one === '' || text.includes(one))).toEqual([]);
  });

  it('hold whatever the dashboard and the alerts ask for', async () => {
    const dashboard = JSON.parse(await fileOf('k8s/observability/dashboard.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const rules = parse(await fileOf('k8s/observability/alerts.yaml')) as {
      spec: { groups: { rules: { expr: string }[] }[] };
    };
    const queries = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets),
      ...rules.spec.groups.flatMap((group) => group.rules),
    ].map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'));
    const asked = new Set(queries.flatMap((query) => parsePromql(query).metrics.map(({ name }) => name)));
    const all = Object.values(told).flatMap((metrics) => [...metrics]);
    const names = new Set(
      all.flatMap(([name, { kind }]) =>
        kind === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name],
      ),
    );
    expect(asked.size).toBeGreaterThan(30);
    expect([...asked].filter((name) => name !== 'up' && !names.has(name) && !isForServices(name))).toEqual([]);
  });
});

const pick = (table: ReadonlyMap<string, Documented>, name: string) => {
  const { kind, help } = table.get(name)!;
  return { kind, help };
};

describe('after a main job they say so', () => {
  it.each([
    ['a request that was answered', 'portico_requests_total', { endpoint: 'token', outcome: 'ok', error: 'none' }],
    [
      'one that was refused',
      'portico_requests_total',
      { endpoint: 'token', outcome: 'refused', error: 'invalid_client' },
    ],
    ['user info', 'portico_requests_total', { endpoint: 'userinfo', outcome: 'ok' }],
    ['introspection', 'portico_requests_total', { endpoint: 'introspection', outcome: 'ok' }],
    ['revocation', 'portico_requests_total', { endpoint: 'revocation', outcome: 'ok' }],
    ['the sign-in page', 'portico_requests_total', { endpoint: 'sign-in', outcome: 'ok' }],
    ['how long they take', 'portico_request_duration_seconds_count', { endpoint: 'authorize' }],
    ['a code', 'portico_tokens_issued_total', { grant: 'authorization_code' }],
    ['a refresh', 'portico_tokens_issued_total', { grant: 'refresh_token' }],
    ['who has signed in', 'portico_sign_ins_total', {}],
    ['who has not', 'portico_sign_in_failures_total', { reason: 'wrong_credentials' }],
    ['at the gateway', 'portico_gateway_requests_total', { endpoint: 'token', status: '2xx' }],
    ['what is no endpoint', 'portico_gateway_requests_total', { endpoint: 'none', status: '4xx' }],
    ['how long that takes', 'portico_gateway_request_duration_seconds_count', { endpoint: 'token' }],
    ['connections to the database', 'portico_database_connections', {}],
    ['their bound', 'portico_database_connections_max', {}],
    ['keys that sign', 'portico_keys', { alg: 'ES256', state: 'signing' }],
  ])('%s', (_, name, labels: Record<string, string>) => {
    expect(sumOf(name, labels)).toBeGreaterThan(0);
  });

  it('the facts are on their way, and the jobs are done', async () => {
    const names = [
      'portico_outbox_waiting',
      'portico_outbox_lag_seconds',
      'portico_queue_jobs',
      'portico_logout_deliveries',
    ];
    // What cannot be had in time on a busy machine is asked again.
    const isTold = () => names.every((name) => ours().some(([one, { series }]) => one === name && series.length > 0));
    for (let tries = 0; !isTold() && tries < 4; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      await scrape();
    }
    expect(sumOf('portico_outbox_lag_seconds')).toBeLessThan(60);
    expect(sumOf('portico_queue_jobs', { state: 'delayed' })).toBeGreaterThan(0);
    expect(sumOf('portico_job_last_done_timestamp_seconds')).toBeGreaterThan(0);
  });
});

it('the public port tells none of them', async () => {
  for (const path of ['/metrics', '/oidc/metrics', '/health/metrics'])
    expect((await fetch(origin + path, { signal: timeout() })).status).toBe(404);
  expect(Object.values(await healthUrls())).not.toContain(origin);
});

it('every process has its probes beside them', async () => {
  for (const [name, url] of Object.entries(await healthUrls()))
    for (const path of ['live', 'ready'])
      expect([name, (await fetch(`${url}/health/${path}`, { signal: timeout() })).status]).toEqual([name, 200]);
});
