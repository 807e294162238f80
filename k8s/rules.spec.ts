import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  containerOf,
  named,
  objectsIn,
  ofKind,
  overlays,
  podsIn,
  rendered,
  selects,
  services,
} from './manifests.fixture.js';

const hot = ['gateway', 'token', 'introspection'];

const selectorOf = (spec: unknown) => z.looseObject({ selector: z.unknown() }).parse(spec).selector;
const deploymentSelector = z.object({ matchLabels: z.record(z.string(), z.string()) });
const labelsOf = z.record(z.string(), z.string());
const budget = z.strictObject({
  maxUnavailable: z.literal(1),
  unhealthyPodEvictionPolicy: z.literal('AlwaysAllow'),
  selector: deploymentSelector,
});
const autoscaler = z.strictObject({
  scaleTargetRef: z.strictObject({ apiVersion: z.literal('apps/v1'), kind: z.literal('Deployment'), name: z.string() }),
  minReplicas: z.number(),
  maxReplicas: z.number(),
  metrics: z.array(
    z.object({
      resource: z.object({ name: z.string(), target: z.object({ averageUtilization: z.number().min(30).max(90) }) }),
    }),
  ),
  behavior: z.object({
    scaleUp: z.looseObject({ stabilizationWindowSeconds: z.literal(0) }),
    scaleDown: z.looseObject({ stabilizationWindowSeconds: z.number().min(120) }),
  }),
});
const servicePorts = z.object({
  ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })),
});

/** What the command line opens: its pool, and one to migrate on. */
const migrating = 2 + 1;

/** How long a process may take to end, as the process itself sees it. */
const drainSeconds = (): number => {
  const source = readFileSync(new URL('../libs/services/src/common/boot.ts', import.meta.url), 'utf8');
  return Number(/const drainMs = ([\d_]+);/.exec(source)?.[1]?.replaceAll('_', '')) / 1000;
};

describe.each(overlays)('the overlay %s', (overlay) => {
  const objects = objectsIn(rendered(overlay));
  const deployments = ofKind(objects, 'Deployment');

  test('has a Deployment for each service, and none besides', () => {
    expect(services).toHaveLength(7);
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([...services].sort());
  });

  describe.each(services)('%s', (service) => {
    const { spec } = named(objects, 'Deployment', service);
    const template = spec.template!;
    const container = containerOf(template);

    test('runs its own service of the one image', () => {
      expect(container.env).toContainEqual({ name: 'APP', value: service });
      expect(container.image).toBe(containerOf(named(objects, 'Deployment', 'worker').spec.template!).image);
    });

    test('selects its own pods, as do its Service, its autoscaler, its budget and its policy', () => {
      const own = { 'app.kubernetes.io/name': service };
      const { labels } = template.metadata;
      expect(labels).toMatchObject(own);
      expect(deploymentSelector.parse(spec.selector).matchLabels).toEqual(own);
      expect(labelsOf.parse(selectorOf(named(objects, 'Service', service).spec))).toEqual(own);
      expect(budget.parse(named(objects, 'PodDisruptionBudget', service).spec).selector.matchLabels).toEqual(own);
      expect(named(objects, 'NetworkPolicy', service).spec.podSelector).toEqual({ matchLabels: own });
      const { scaleTargetRef } = autoscaler.parse(named(objects, 'HorizontalPodAutoscaler', service).spec);
      expect(scaleTargetRef.name).toBe(service);
    });

    test('is replaced without a gap: maxUnavailable 0, and the replicas are the autoscaler’s', () => {
      expect(spec.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: '25%' });
      expect(spec.replicas).toBeUndefined();
    });

    test('is asked whether it lives and whether it is ready', () => {
      expect(container.ports).toContainEqual({ name: 'probes', containerPort: 9100 });
      const probe = (path: string) => ({ path, port: 'probes' });
      expect(container.startupProbe?.httpGet).toEqual(probe('/health/live'));
      expect(container.livenessProbe?.httpGet).toEqual(probe('/health/live'));
      // Not ready before its newest migration: libs/postgres and libs/services prove that.
      expect(container.readinessProbe?.httpGet).toEqual(probe('/health/ready'));
    });

    test('has the time to start that it gives its database and its NATS', () => {
      const { failureThreshold = 3, periodSeconds } = container.startupProbe!;
      expect(failureThreshold * periodSeconds).toBeGreaterThan(30 + 30);
    });

    test('has the time to drain: preStop and the drain fit the grace', () => {
      const sleep = container.lifecycle!.preStop.sleep.seconds;
      expect(drainSeconds()).toBe(20);
      expect(sleep).toBeGreaterThanOrEqual(5);
      expect(sleep + drainSeconds() + 5).toBeLessThanOrEqual(template.spec.terminationGracePeriodSeconds);
    });

    test('is spread over zones and hosts, each revision by itself', () => {
      const spread = template.spec.topologySpreadConstraints;
      expect(spread.map(({ topologyKey, maxSkew }) => [topologyKey, maxSkew])).toEqual([
        ['topology.kubernetes.io/zone', 1],
        ['kubernetes.io/hostname', 1],
      ]);
      for (const { labelSelector, matchLabelKeys } of spread) {
        expect(selects(labelSelector, template.metadata.labels)).toBe(true);
        expect(matchLabelKeys).toEqual(['app.kubernetes.io/name', 'pod-template-hash']);
      }
      const must = overlay === 'production' ? 'DoNotSchedule' : 'ScheduleAnyway';
      expect(spread[0]?.whenUnsatisfiable).toBe(must);
    });

    test('scales on its own', () => {
      const { minReplicas, maxReplicas, metrics } = autoscaler.parse(
        named(objects, 'HorizontalPodAutoscaler', service).spec,
      );
      if (overlay === 'production') expect(minReplicas).toBeGreaterThanOrEqual(hot.includes(service) ? 3 : 2);
      expect(maxReplicas).toBeGreaterThan(minReplicas);
      expect(metrics.map(({ resource }) => resource.name)).toEqual(['cpu']);
      // The share of a request that is not made means nothing.
      expect(container.resources.requests?.cpu).toBeDefined();
    });

    test('its Service leads to ports that the container has', () => {
      const { ports } = servicePorts.parse(named(objects, 'Service', service).spec);
      const has = container.ports.map(({ name }) => name);
      expect(ports.map(({ targetPort }) => targetPort).filter((target) => !has.includes(target))).toEqual([]);
      expect(ports).toContainEqual({ name: 'probes', port: 9100, targetPort: 'probes' });
    });
  });

  test('the services do not all scale alike', () => {
    const all = ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => autoscaler.parse(spec));
    expect(new Set(all.map(({ metrics }) => metrics[0]?.resource.target.averageUtilization)).size).toBeGreaterThan(2);
  });

  describe.each(podsIn(objects))('the pod of %s', (name, pod) => {
    const container = containerOf(pod);

    test('keeps to the restricted profile, with a root filesystem that is read only', () => {
      expect(pod.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: expect.any(Number),
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.spec.securityContext.runAsUser).not.toBe(0);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod.spec).not.toHaveProperty(field);
      const kinds = ['name', 'secret', 'configMap', 'emptyDir'];
      expect(pod.spec.volumes.flatMap(Object.keys).filter((kind) => !kinds.includes(kind))).toEqual([]);
    });

    test('has an account of its own, and no token of it', () => {
      expect(pod.spec.serviceAccountName).toBe(name.replace(/^migrate-.*/, 'migrate'));
      const account = named(objects, 'ServiceAccount', pod.spec.serviceAccountName);
      expect(account.automountServiceAccountToken).toBe(false);
      expect(pod.spec.automountServiceAccountToken).toBe(false);
    });

    test('gets no variables for the Services of its namespace', () => {
      expect(pod.spec.enableServiceLinks).toBe(false);
    });

    test('says what it needs of a node', () => {
      const { requests, limits } = container.resources;
      expect(Object.keys(requests ?? {}).sort()).toEqual(['cpu', 'memory']);
      expect(limits?.memory).toBeDefined();
    });

    test('runs an image with a version', () => {
      expect(container.image).toMatch(/^[^:@]+(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/);
    });
  });

  test('one Job migrates: under a name of its own, and not for ever', () => {
    const [job, ...more] = ofKind(objects, 'Job');
    const { args, env } = containerOf(job!.spec.template!);
    expect(more).toEqual([]);
    expect(job?.metadata.name).toMatch(/^migrate-[a-z\d]{10}$/);
    expect([args, env]).toEqual([['migrate'], expect.arrayContaining([{ name: 'APP', value: 'portico' }])]);
    expect(job?.spec).toMatchObject({ backoffLimit: expect.any(Number), activeDeadlineSeconds: expect.any(Number) });
  });
});

describe('in production', () => {
  const objects = objectsIn(rendered('production'));

  test('no server is brought along', () => {
    expect(ofKind(objects, 'StatefulSet')).toEqual([]);
  });

  test('an HTTPRoute leads from the host of the issuer to the gateway', () => {
    const settings = ofKind(objects, 'ConfigMap').find(({ data }) => data.PORTICO_ISSUER)!;
    const route = named(objects, 'HTTPRoute', 'gateway').spec;
    expect(route).toMatchObject({
      parentRefs: [{ sectionName: 'https' }],
      hostnames: [new URL(settings.data.PORTICO_ISSUER!).hostname],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'gateway', port: 80 }] },
      ],
    });
    const { ports } = servicePorts.parse(named(objects, 'Service', 'gateway').spec);
    expect(ports).toContainEqual({ name: 'http', port: 80, targetPort: 'http' });
  });

  test('Prometheus finds every service', () => {
    const monitored = z.object({
      selector: deploymentSelector,
      endpoints: z.array(z.looseObject({ port: z.string() })),
    });
    const { selector, endpoints } = monitored.parse(named(objects, 'ServiceMonitor', 'portico').spec);
    expect(endpoints).toEqual([
      { port: 'probes', path: '/metrics', interval: '15s', scrapeTimeout: '10s', honorLabels: true },
    ]);
    const found = ofKind(objects, 'Service').filter(({ metadata }) => selects(selector, metadata.labels));
    expect(found.map(({ metadata }) => metadata.name).sort()).toEqual([...services].sort());
  });

  test('README.md says how many connections PostgreSQL has to take', () => {
    const pool = Number(ofKind(objects, 'ConfigMap').find(({ data }) => data.DATABASE_POOL)!.data.DATABASE_POOL);
    const most = services
      .filter((service) => service !== 'gateway')
      .map((service) => autoscaler.parse(named(objects, 'HorizontalPodAutoscaler', service).spec).maxReplicas)
      // While a roll-out goes on there are a quarter more, and those that end may be all that were there.
      .map((replicas) => ({ serving: replicas + Math.ceil(replicas / 4), ending: replicas }));
    const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
    const serving = sum(most.map((one) => one.serving)) * pool;
    const all = serving + sum(most.map((one) => one.ending)) * pool;
    const listening = autoscaler.parse(named(objects, 'HorizontalPodAutoscaler', 'worker').spec).maxReplicas;
    const listeners = listening * 2 + Math.ceil(listening / 4);
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`${serving} connections of pods that serve`);
    expect(readme).toContain(`${all + listeners + migrating} in all`);
  });
});
