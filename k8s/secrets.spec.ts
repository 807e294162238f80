import { describe, expect, jest, test } from '@jest/globals';
import { loadConfig } from '@portico/config';
import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  containerOf,
  copyOfManifests,
  named,
  objectsIn,
  ofKind,
  overlays,
  podsIn,
  rendered,
  services,
} from './manifests.fixture.js';
import type { Container, KubernetesObject } from './objects.fixture.js';

// Each renders some times over, and a machine may be busy.
jest.setTimeout(90_000);

const repository = fileURLToPath(new URL('..', import.meta.url));
const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: repository, encoding: 'utf8', timeout: 10_000 });

/** What comes from outside in production. */
const outside: Record<string, Record<string, string>> = {
  'portico-database-1': { url: 'postgres://portico:a-password@db.example.internal:5432/portico' },
  'portico-queue-1': { url: 'rediss://:a-password@redis.example.internal:6379' },
  'portico-secret-1': { secret: 'x'.repeat(43) },
  'portico-nats-1': Object.fromEntries(services.map((name) => [`NATS_${name.toUpperCase()}_PASSWORD`, `of-${name}`])),
};

const secretsOf = (objects: readonly KubernetesObject[]): typeof outside => ({
  ...outside,
  ...Object.fromEntries(
    ofKind(objects, 'Secret').map(({ metadata, data }) => [
      metadata.name,
      Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()])),
    ]),
  ),
});

/** The environment of a container, as the kubelet makes it: later ones may refer to earlier ones. */
const environmentOf = (
  { env, envFrom }: Container,
  objects: readonly KubernetesObject[],
): Record<string, string | undefined> => {
  const secrets = secretsOf(objects);
  const from = envFrom.map(({ configMapRef }) => named(objects, 'ConfigMap', configMapRef!.name).data);
  const environment: Record<string, string | undefined> = Object.fromEntries(from.flatMap(Object.entries<string>));
  for (const { name, value, valueFrom } of env) {
    const reference = valueFrom?.secretKeyRef;
    const secret = reference && secrets[reference.name]?.[reference.key];
    if (reference && secret === undefined && !reference.optional) throw new Error(`${name}: no ${reference.name}`);
    environment[name] = secret ?? value?.replace(/\$\((\w+)\)/g, (text, other: string) => environment[other] ?? text);
  }
  return environment;
};

const templatesOf = (yaml: string): Record<string, string> =>
  Object.fromEntries(podsIn(objectsIn(yaml)).map(([name, pod]) => [name, JSON.stringify(pod)]));

const jobOf = (yaml: string): string => ofKind(objectsIn(yaml), 'Job')[0]!.metadata.name;

/** Whose pods are replaced when one goes to the other; a Job of another name replaces none. */
const replaced = (before: string, after: string): string[] => {
  const old = templatesOf(before);
  return Object.entries(templatesOf(after))
    .flatMap(([name, pod]) => (old[name] === pod || old[name] === undefined ? [] : [name]))
    .sort();
};

describe.each(overlays)('the overlay %s', (overlay) => {
  const objects = objectsIn(rendered(overlay));

  test.each(services)('gives %s an environment that it starts with', (service) => {
    const environment = environmentOf(containerOf(named(objects, 'Deployment', service).spec.template!), objects);
    const { APP, ...settings } = environment;
    const config = loadConfig(settings);
    expect(APP).toBe(service);
    expect(config).toMatchObject({ PORTICO_HOST: '0.0.0.0', PORTICO_HEALTH_PORT: 9100, PORTICO_TRUST_PROXY: true });
    expect(config.PORTICO_ISSUER).toMatch(overlay === 'production' ? /^https:/ : /^http:\/\/127\.0\.0\.1:/);
    expect(config.DATABASE_URL === undefined).toBe(service === 'gateway');
    expect(config.PORTICO_SECRET_FILE === undefined).toBe(service === 'gateway');
    expect(config.QUEUE_URL === undefined).toBe(service !== 'worker');
  });

  test.each(services)('%s is itself at NATS, and knows no other password', (service) => {
    const container = containerOf(named(objects, 'Deployment', service).spec.template!);
    const { NATS_URL = '', NATS_PASSWORD } = environmentOf(container, objects);
    const { protocol, username, password, port } = new URL(NATS_URL);
    expect([protocol, port]).toEqual([overlay === 'production' ? 'tls:' : 'nats:', '4222']);
    expect([username, password]).toEqual([service, NATS_PASSWORD]);
    expect(container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.key ?? [])).toContain(
      `NATS_${service.toUpperCase()}_PASSWORD`,
    );
    expect(container.envFrom.filter(({ secretRef }) => secretRef)).toEqual([]);
  });

  test.each(services)('%s finds the file that its settings name, and may read it', (service) => {
    const { spec } = named(objects, 'Deployment', service).spec.template!;
    const volume = spec.volumes.find(({ name }) => name === 'secret');
    if (service === 'gateway') {
      expect(spec.volumes).toEqual([]);
      return;
    }
    expect(volume).toMatchObject({ secret: { defaultMode: 0o440, items: [{ key: 'secret', path: 'secret' }] } });
    expect(spec.securityContext.fsGroup).toBe(spec.securityContext.runAsGroup);
    expect(containerOf({ metadata: { labels: {} }, spec }).volumeMounts).toEqual([
      { name: 'secret', mountPath: '/run/secrets/portico', readOnly: true },
    ]);
  });

  test('no setting stands in plain text that is a secret', () => {
    const variables = podsIn(objects).flatMap(([, pod]) => containerOf(pod).env);
    const settings = ofKind(objects, 'ConfigMap').flatMap(({ data }) => Object.entries(data));
    const plain = [...settings, ...variables.map(({ name, value = '' }) => [name, value] as const)];
    const isReference = (value: string) => value === '' || value.startsWith('/') || value.includes('$(NATS_PASSWORD)');
    const suspicious = plain.filter(
      ([name, value]) => (/PASSWORD|SECRET|TOKEN|_URL$/.test(name) || /:\/\/[^/]*@/.test(value)) && !isReference(value),
    );
    expect(suspicious).toEqual([]);
  });

  test('another setting is another pod template of each service', () => {
    const manifests = copyOfManifests();
    const before = rendered(overlay, manifests);
    appendFileSync(join(manifests, 'overlays', overlay, 'settings.env'), 'DATABASE_POOL=9\n');
    expect(replaced(before, rendered(overlay, manifests))).toEqual([...services].sort());
  });
});

describe('in production', () => {
  test('there is no Secret among the manifests', () => {
    expect(ofKind(objectsIn(rendered('production')), 'Secret')).toEqual([]);
  });

  const everyService = [...services].sort();
  const state = everyService.filter((service) => service !== 'gateway');
  test.each([
    ['secret', state],
    ['database', state],
    ['queue', ['worker']],
    ['nats', everyService],
    ['traces', everyService],
  ])('another name of the Secret %s replaces the pods of whoever uses it', (name, users) => {
    const manifests = copyOfManifests();
    const before = rendered('production');
    const file = join(manifests, 'overlays/production/secrets.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(`portico-${name}-1`, `portico-${name}-2`));
    const after = rendered('production', manifests);
    expect(replaced(before, after)).toEqual(users);
    // Nobody could change the one that is there: it stays, and another one does it.
    expect(jobOf(after) !== jobOf(before)).toBe(name === 'database');
    expect(after).not.toContain(`portico-${name}-1`);
  });

  test('the secret before is taken where the Secret has it', () => {
    const objects = objectsIn(rendered('production'));
    const container = containerOf(named(objects, 'Deployment', 'token').spec.template!);
    const previous = () => loadConfig({ ...environmentOf(container, objects), APP: '' }).PORTICO_SECRET_PREVIOUS;
    expect(previous()).toBeUndefined();
    outside['portico-secret-1'] = { secret: 'x'.repeat(43), previous: 'y'.repeat(43) };
    expect(previous()?.reveal()).toBe('y'.repeat(43));
  });
});

describe('in dev', () => {
  test('the secrets are written once, and never committed', () => {
    expect(git('check-ignore', 'k8s/overlays/dev/secrets/secret').trim()).toBe('k8s/overlays/dev/secrets/secret');
    expect(git('ls-files', 'k8s/overlays/dev/secrets')).toBe('');
    const manifests = copyOfManifests();
    const before = rendered('dev', manifests);
    execFileSync(process.execPath, [join(manifests, 'overlays/dev/make-secrets.js')], { timeout: 10_000 });
    expect(rendered('dev', manifests)).toBe(before);
  });

  test('other secrets are other pod templates', () => {
    const manifests = copyOfManifests();
    const before = rendered('dev', manifests);
    rmSync(join(manifests, 'overlays/dev/secrets'), { recursive: true });
    execFileSync(process.execPath, [join(manifests, 'overlays/dev/make-secrets.js')], { timeout: 10_000 });
    const all = [...services, 'nats', 'postgres', 'redis'].sort();
    const after = rendered('dev', manifests);
    expect(replaced(before, after)).toEqual(all);
    expect(jobOf(after)).not.toBe(jobOf(before));
  });

  test('a user of NATS that a newer version has gets a password; the others keep theirs', () => {
    const manifests = copyOfManifests();
    const file = join(manifests, 'overlays/dev/secrets/nats.env');
    const before = readFileSync(file, 'utf8').replace(/^NATS_OPERATOR_PASSWORD=.*\n/m, '');
    writeFileSync(file, before);
    execFileSync(process.execPath, [join(manifests, 'overlays/dev/make-secrets.js')], { timeout: 10_000 });
    const [, added = ''] = readFileSync(file, 'utf8').split(before);
    expect(added).toMatch(/^NATS_OPERATOR_PASSWORD=p[\da-f]{64}\n$/);
  });

  test('nobody else can read them', () => {
    const manifests = copyOfManifests();
    const modes = execFileSync('stat', ['-c', '%a', ...readdirSync(join(manifests, 'overlays/dev/secrets'))], {
      cwd: join(manifests, 'overlays/dev/secrets'),
      encoding: 'utf8',
    });
    expect(new Set(modes.trim().split('\n'))).toEqual(new Set(['600']));
  });

  test('NATS gets every password that its configuration names', () => {
    const objects = objectsIn(rendered('dev'));
    const config = ofKind(objects, 'ConfigMap').find(({ data }) => 'nats.conf' in data)!.data['nats.conf']!;
    const names = [...config.matchAll(/^[^#\n]*\$(\w+_PASSWORD)/gm)].map(([, name]) => name!);
    const { secretRef } = containerOf(named(objects, 'StatefulSet', 'nats').spec.template!).envFrom[0]!;
    const passwords = named(objects, 'Secret', secretRef!.name).data;
    expect(names.filter((name) => !(name in passwords))).toEqual([]);
    // Others would be numbers to it, or something else.
    const texts = Object.values(passwords).map((text) => Buffer.from(text, 'base64').toString());
    expect(texts.filter((text) => !/^[a-z][a-z\d]{31,}$/.test(text))).toEqual([]);
  });
});
