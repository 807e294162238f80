import { describe, expect, test } from '@jest/globals';
import { BlockList, isIPv6 } from 'node:net';
import { containerOf, objectsIn, ofKind, overlays, podsIn, rendered, selects, services } from './manifests.fixture.js';
import type { KubernetesObject, Labels, Peer, Pod } from './objects.fixture.js';

/** The other end: a pod of this namespace, one elsewhere in the cluster, or an address outside. */
interface End {
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly address?: string;
}

const holds = (cidr: string, address: string): boolean => {
  const [net = '', prefix = ''] = cidr.split('/');
  const type = isIPv6(net) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(net, Number(prefix), type);
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
};

const isPeer = (
  { ipBlock, namespaceSelector, podSelector }: Peer,
  { namespace, labels = {}, address }: End,
): boolean => {
  if (ipBlock)
    return address !== undefined && holds(ipBlock.cidr, address) && !ipBlock.except?.some((net) => holds(net, address));
  if (address !== undefined) return false;
  const isThere = namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace ?? 'portico' })
    : namespace === undefined;
  return isThere && (!podSelector || selects(podSelector, labels));
};

/** What NetworkPolicy says: a pod that any policy selects for a direction may do what some policy allows, and no more. */
const allows = (
  policies: readonly KubernetesObject[],
  [direction, pod]: ['Ingress' | 'Egress', Pod],
  [end, port]: [End, number | undefined],
): boolean => {
  const own = policies.filter(
    ({ spec: { podSelector = {}, policyTypes } }) =>
      policyTypes?.includes(direction) && selects(podSelector, pod.metadata.labels),
  );
  const numbered = (wanted: string | number) =>
    containerOf(pod).ports.find(({ name }) => name === wanted)?.containerPort ?? wanted;
  const rules = own.flatMap(({ spec: { ingress = [], egress = [] } }) =>
    direction === 'Ingress'
      ? ingress.map(({ from, ports }) => ({ peers: from, ports: ports.map((one) => numbered(one.port)) }))
      : egress.map(({ to, ports }) => ({ peers: to, ports: ports.map((one) => one.port) })),
  );
  const fits = (rule: (typeof rules)[number]) =>
    rule.peers.some((peer) => isPeer(peer, end)) && (port === undefined || rule.ports.includes(port));
  return own.length === 0 || rules.some(fits);
};

const all = [...services].sort();
const state = [...all.filter((name) => name !== 'gateway'), 'migrate'].sort();
const fetching = ['authorize', 'introspection', 'token', 'userinfo', 'worker'];

describe.each(overlays)('the overlay %s', (overlay) => {
  const objects = objectsIn(rendered(overlay));
  const policies = ofKind(objects, 'NetworkPolicy');
  const pods = podsIn(objects).map(([, pod]) => pod);
  const nameOf = ({ metadata }: Pod) => metadata.labels['app.kubernetes.io/name']!;
  const pod = (wanted: string) => pods.find((one) => nameOf(one) === wanted)!;

  const thatReach = (end: End, port: number): string[] =>
    pods
      .filter((from) => allows(policies, ['Egress', from], [end, port]))
      .map(nameOf)
      .sort();
  const thatTakeFrom = (end: End, port?: number): string[] =>
    pods
      .filter((to) => allows(policies, ['Ingress', to], [end, port]))
      .map(nameOf)
      .sort();
  /** One allows it to go out, the other to come in. */
  const thatGetTo = (name: string, port: number): string[] =>
    pods
      .filter((from) => allows(policies, ['Egress', from], [pod(name).metadata, port]))
      .filter((from) => allows(policies, ['Ingress', pod(name)], [from.metadata, port]))
      .map(nameOf)
      .sort();

  test('every pod is denied what nothing allows, both ways', () => {
    const denying = policies.find(({ spec }) => Object.keys(spec.podSelector ?? {}).length === 0 && !spec.egress);
    expect(denying?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(thatReach({ namespace: 'default' }, 80)).toEqual([]);
    expect(thatTakeFrom({ namespace: 'default' })).toEqual([]);
  });

  test('the proxy comes to the gateway, and to nothing else; nobody else does', () => {
    expect(thatTakeFrom({ namespace: 'gateway-system' })).toEqual(['gateway']);
    expect(thatTakeFrom({ namespace: 'gateway-system' }, 3000)).toEqual(['gateway']);
    expect(thatTakeFrom({ namespace: 'gateway-system' }, 9100)).toEqual([]);
    expect(thatGetTo('gateway', 3000)).toEqual([]);
  });

  test('Prometheus comes to the probes of the services, and to nothing else', () => {
    expect(thatTakeFrom({ namespace: 'monitoring' }, 9100)).toEqual(all);
    expect(thatTakeFrom({ namespace: 'monitoring' }, 3000)).toEqual([]);
  });

  test('every service comes to a collector of traces where it is watched, and to nothing else there', () => {
    expect(thatReach({ namespace: 'monitoring' }, 4318)).toEqual(all);
    expect(thatReach({ namespace: 'monitoring' }, 9090)).toEqual([]);
  });

  test('no service comes to another', () => {
    for (const service of services) expect(thatGetTo(service, 9100)).toEqual([]);
  });

  test('every pod may ask for names, there alone', () => {
    const dns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    expect(thatReach(dns, 53)).toEqual(pods.map(nameOf).sort());
    expect(thatReach({ namespace: 'kube-system', labels: { 'k8s-app': 'other' } }, 53)).toEqual([]);
  });

  test('who follows the URLs of clients comes to the Internet by https, and to no private address', () => {
    expect(thatReach({ address: '93.184.216.34' }, 443)).toEqual(fetching);
    expect(thatReach({ address: '2606:2800:220:1::1' }, 443)).toEqual(fetching);
    expect(thatReach({ address: '93.184.216.34' }, 80)).toEqual([]);
    const inner = ['10.0.0.1', '169.254.169.254', '172.16.0.1', '192.168.1.1', '127.0.0.1', '100.64.0.1', '224.0.0.1'];
    for (const address of [...inner, 'fd00::1', 'fe80::1', '::1', '::ffff:10.0.0.1', '2002:a00:1::'])
      expect([address, thatReach({ address }, 443)]).toEqual([address, []]);
  });

  if (overlay === 'dev')
    test.each([
      ['nats', 4222, all],
      ['postgres', 5432, state],
      ['redis', 6379, ['worker']],
    ] as const)('%s, port %d: who needs it', (name, port, users) => {
      expect(thatGetTo(name, port)).toEqual(users);
    });
  else
    test.each([
      ['NATS', 4222, all],
      ['PostgreSQL', 5432, state],
      ['Redis', 6379, ['worker']],
      ['a collector of traces', 4318, all],
    ] as const)('%s outside, port %d: who needs it', (_, port, users) => {
      expect(thatReach({ address: '10.1.2.3' }, port)).toEqual(users);
      expect(thatReach({ address: '93.184.216.34' }, port)).toEqual([]);
    });
});
