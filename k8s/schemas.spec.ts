import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { faultsIn, objectsIn, overlays, rendered } from './manifests.fixture.js';

test('kubectl 1.35 renders, or newer', () => {
  const program = fileURLToPath(new URL('check/kubectl.js', import.meta.url));
  const version = execFileSync(process.execPath, [program, 'version', '--client'], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const [, minor] = /Client Version: v1\.(\d+)\./.exec(version) ?? [];
  expect(Number(minor)).toBeGreaterThanOrEqual(35);
});

describe.each(overlays)('the overlay %s', (overlay) => {
  const yaml = rendered(overlay);

  test('every object fits its schema, and has no field that the schema does not know', () => {
    expect(objectsIn(yaml).length).toBeGreaterThan(40);
    expect(faultsIn(yaml)).toEqual([]);
  });

  test('no two objects are the same one', () => {
    const ids = objectsIn(yaml).map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test('everything is in one namespace, which holds pods to the restricted profile', () => {
    const [namespace, ...rest] = objectsIn(yaml).sort(
      (one, other) => Number(other.kind === 'Namespace') - Number(one.kind === 'Namespace'),
    );
    expect(namespace?.metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    expect(new Set(rest.map(({ metadata }) => metadata.namespace))).toEqual(new Set([namespace?.metadata.name]));
  });
});

describe('a fault is found', () => {
  const yaml = rendered('production');
  const faults: [before: string, after: string, fault: RegExp][] = [
    ['maxUnavailable: 0', 'maxUnavailble: 0', /^Deployment .*rollingUpdate\/maxUnavailble is not known$/],
    ['failureThreshold: 40', 'failureTreshold: 40', /startupProbe\/failureTreshold is not known$/],
    ['matchLabelKeys:', 'matchLabelKey:', /topologySpreadConstraints\/0\/matchLabelKey is not known$/],
    ['policyTypes:', 'policyType:', /^NetworkPolicy .*\/spec\/policyType is not known$/],
    ['averageUtilization: 60', 'averageUtilisation: 60', /^HorizontalPodAutoscaler .*averageUtilisation is not known$/],
    ['unhealthyPodEvictionPolicy:', 'unhealthyPods:', /^PodDisruptionBudget .*unhealthyPods is not known$/],
    ['ttlSecondsAfterFinished:', 'ttl:', /^Job .*\/spec\/ttl is not known$/],
    ['backendRequest:', 'backend:', /^HTTPRoute .*timeouts\/backend is not known$/],
    ['type: PathPrefix', 'type: Prefix', /^HTTPRoute .*path\/type must be equal to one of the allowed values$/],
    ['scrapeTimeout: 10s', 'scrapeTimeout: soon', /^ServiceMonitor .*scrapeTimeout must match pattern/],
    ['jobLabel:', 'joblabel:', /^ServiceMonitor .*\/spec\/joblabel is not known$/],
    ['defaultMode: 288', 'defaultMode: "288"', /secret\/defaultMode must be integer$/],
    ['cpu: 250m', 'cpu: much', /requests\/cpu must match format "quantity"/],
    ['whenUnsatisfiable: DoNotSchedule', 'whenUnsatisfiable: Never', /must be equal to one of the allowed values$/],
    ['name: migrate-', 'name: migrate-v1.0_', /^Job migrate-v1\.0_\w+: is no name/],
    ['name: migrate-', `name: migrate-${'a'.repeat(64)}`, /^Job migrate-a+\w+: is no name/],
    ['autoscaling/v2', 'autoscaling/v3', /^HorizontalPodAutoscaler .*there is no such kind$/],
  ];

  // All at once, each in the first object that it fits.
  const broken = faults.map(([before, after]) => {
    const object = yaml.split(/^---$/m).find((text) => text.includes(before));
    return object?.replace(before, after) ?? '';
  });
  const found = faultsIn(broken.join('\n---\n'));

  test.each(faults.map((fault, index) => [...fault, index] as const))('%s → %s', (_, after, fault, index) => {
    expect(broken[index]).toContain(after);
    expect(found[index]).toMatch(fault);
    expect(found).toHaveLength(faults.length);
  });
});
