import { describe, expect, test } from '@jest/globals';
import { configSchema, loadConfig } from '@portico/config';
import { spawnProcess } from '@portico/testing';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const here = new URL('./', import.meta.url).pathname;
const text = readFileSync(join(here, 'compose.yaml'), 'utf8');
const apps = readdirSync(join(here, '../apps'));
const settings = Object.keys(configSchema.in.shape);

const duration = z.string().regex(/^\d+s$/);
/** What each container of the deployment says of itself; a misspelt key is a fault. */
const container = z.strictObject({
  // One version, never whatever is newest.
  image: z.string().regex(/^[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/),
  build: z.strictObject({ context: z.literal('..'), dockerfile: z.literal('docker/Dockerfile') }).optional(),
  restart: z.enum(['unless-stopped', 'on-failure:5', 'no']),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  stop_grace_period: duration,
  networks: z.array(z.enum(['inside', 'outside'])).min(1),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
    .optional(),
  healthcheck: z.strictObject({
    test: z.array(z.string()).min(2),
    interval: duration,
    timeout: duration,
    retries: z.number(),
    start_period: duration,
  }),
  deploy: z.strictObject({
    resources: z.strictObject({
      limits: z.strictObject({ cpus: z.string(), memory: z.string(), pids: z.number() }),
      reservations: z.strictObject({ memory: z.string() }),
    }),
  }),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).min(1),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:/)).optional(),
  volumes: z.array(z.string()).optional(),
  tmpfs: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  user: z.string().optional(),
  profiles: z.array(z.literal('cli')).optional(),
  shm_size: z.string().optional(),
});
const compose = z
  .looseObject({
    services: z.record(z.string(), container),
    networks: z.strictObject({ inside: z.strictObject({ internal: z.literal(true) }), outside: z.strictObject({}) }),
    volumes: z.record(z.string(), z.strictObject({})),
    secrets: z.record(z.string(), z.strictObject({ file: z.string().regex(/^secrets\/[\w-]+$/) })),
  })
  .parse(parse(text, { merge: true }));

const entries = Object.entries(compose.services);
const ours = entries.filter(([, { image }]) => image.startsWith('portico:'));

describe('docker/compose.yaml', () => {
  test('every service of apps is there', () => {
    const named = new Set(ours.map(([, { environment }]) => environment.APP));
    expect([...named].sort()).toEqual(apps.filter((app) => app !== 'standalone').sort());
    for (const [name, { environment }] of ours) if (apps.includes(name)) expect(environment.APP).toBe(name);
  });

  test.each(ours)('%s: every variable is a setting, and what is set is a configuration', (_, { environment }) => {
    const { APP: _app, ...given } = environment;
    for (const name of Object.keys(given)) expect(settings).toContain(name);
    const standard = Object.entries(given).map(([name, value]): [string, string] => [
      name,
      value.replace(/\$\{\w+:-([^}]*)\}/, '$1'),
    ]);
    const urls = Object.fromEntries(
      settings.filter((name) => name.endsWith('_URL_FILE')).map((name): [string, string] => [name, '']),
    );
    expect(loadConfig({ ...Object.fromEntries(standard), ...urls })).toBeDefined();
  });

  test.each(ours)('%s: secrets come in files that it is given', (_, { environment, secrets }) => {
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
    expect(files.map(([, file]) => file.replace('/run/secrets/', '')).sort()).toEqual([...secrets].sort());
    for (const name of Object.keys(environment)) expect(name).not.toMatch(/^(PORTICO_SECRET|\w+_URL)$/);
  });

  test.each(ours)('%s: ends after its drain at the latest, and is well when it is ready', (_, service) => {
    expect(Number.parseInt(service.stop_grace_period)).toBeGreaterThan(20);
    expect(service.healthcheck.test).toEqual(['CMD', 'node', 'docker/health.js', 'ready']);
  });

  test('whoever is waited for is there; only the gateway is reached from without', () => {
    for (const [, { depends_on: others = {} }] of entries)
      for (const other of Object.keys(others)) expect(Object.keys(compose.services)).toContain(other);
    expect(entries.filter(([, { ports }]) => ports).map(([name]) => name)).toEqual(['gateway']);
  });

  test('NATS, PostgreSQL and Redis are those of Kubernetes, version for version', () => {
    const overlay = readFileSync(join(here, '../k8s/overlays/dev/kustomization.yaml'), 'utf8');
    const tags = z
      .object({ images: z.array(z.object({ name: z.string(), newTag: z.string() })) })
      .parse(parse(overlay));
    const there = Object.fromEntries(tags.images.map(({ name, newTag }) => [name, newTag.split('-')[0]]));
    for (const name of ['nats', 'postgres', 'redis'])
      expect([name, compose.services[name]?.image.split(':')[1]?.split('-')[0]]).toEqual([name, there[name]]);
  });

  test('secrets.js makes every secret once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portico-'));
    const made = async () => {
      expect(await spawnProcess(process.execPath, [join(here, 'secrets.js'), folder]).exited).toBe(0);
      return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    };
    try {
      const secrets = await made();
      for (const name of Object.keys(compose.secrets)) expect(secrets.map(([file]) => file)).toContain(name);
      for (const [, { secrets: given }] of entries)
        for (const name of given) expect(Object.keys(compose.secrets)).toContain(name);
      expect(await made()).toEqual(secrets);
      // As it was before there was an operator.
      const [passwords, url] = [join(folder, 'nats_passwords'), join(folder, 'nats_url_operator')];
      const before = readFileSync(passwords, 'utf8').replace(/^NATS_OPERATOR_PASSWORD=.*\n/m, '');
      for (const file of [passwords, url]) rmSync(file);
      writeFileSync(passwords, before, { mode: 0o444 });
      await made();
      const [, password] = /^NATS_OPERATOR_PASSWORD=(s[\da-f]{48})$/m.exec(readFileSync(passwords, 'utf8')) ?? [];
      expect(readFileSync(url, 'utf8')).toBe(`nats://operator:${password}@nats:4222\n`);
      expect(readFileSync(passwords, 'utf8')).toBe(`${before}NATS_OPERATOR_PASSWORD=${password}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
