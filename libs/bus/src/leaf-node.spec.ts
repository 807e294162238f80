import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PublishedEvent } from '@portico/contracts';
import { natsRevocations } from '@portico/resource-server';
import { freePort, startNatsWith, until, type OwnServer } from '@portico/testing';
import { randomUUID } from 'node:crypto';
import { natsBus } from './bus.js';
import { connectNats, type Nats } from './nats.js';
import { followRevocations } from './revocations.js';

/** Two regions: the stream is in the one, and each has a JetStream of its own. */
const accounts = 'accounts: { PORTICO: { jetstream: enabled, users: [{ user: u, password: p }] } }';
const conf = (domain: string, leafnodes: string): string =>
  `jetstream: {\n  store_dir: ""\n  domain: ${domain}\n}\nleafnodes: ${leafnodes}\n${accounts}`;
const events = { maxBytes: 64 * 1024 * 1024, maxAgeSeconds: 3_600 };

let home: OwnServer;
let edge: OwnServer;
let worker: Nats;
let service: Nats;
beforeAll(async () => {
  const port = await freePort();
  const start = (text: string) => startNatsWith({ text, environment: {} });
  home = await start(conf('eu', `{ listen: "127.0.0.1:${port}", advertise: "127.0.0.1:${port}" }`));
  edge = await start(conf('us', `{ remotes: [{ url: "nats://u:p@127.0.0.1:${port}", account: PORTICO }] }`));
  const open = ({ url }: OwnServer, name: string) =>
    connectNats({ url: url.replace('//', '//u:p@'), name, events: { ...events, domain: 'eu' } });
  [worker, service] = await Promise.all([open(home, 'worker'), open(edge, 'introspection')]);
}, 60_000);
afterAll(async () => {
  await Promise.all([worker.close(), service.close()]);
  await Promise.all([edge.stop(), home.stop()]);
});

const revoked = (): PublishedEvent => ({
  id: randomUUID(),
  event: 'tokenRevoked',
  data: { tokenId: 'a.one', authorizationId: 'a', clientId: 'c', at: Math.floor(Date.now() / 1000) },
});
const token = (tokenId: string) => ({ tokenId, clientId: 'c', subject: 's', issuedAt: Date.now() / 1000 + 100 });

it('revocations of the stream’s region are followed from a leaf node, and the link may break', async () => {
  const bus = natsBus(worker);
  const beats = setInterval(
    () => void bus.heartbeat({ lookedAt: performance.now(), everyMs: 250 }).catch(() => 0),
    100,
  );
  const feed = followRevocations(service, { staleAfterMs: () => 1_000 });
  const source = natsRevocations(service.connection, { domain: 'eu', inboxPrefix: '_INBOX_introspection' });
  try {
    await bus.publish(revoked());
    await until(() => feed.stalenessMs() !== undefined && source.isCurrent(), 20_000);
    expect([feed.holds(token('a.one')), feed.holds(token('b.one'))]).toEqual(['revoked', 'live']);
    expect([source.holds(token('a.one')), source.holds(token('b.one'))]).toEqual(['revoked', 'live']);
    // The stream is where it belongs, with the bounds that were set, and the leaf node has none.
    const [here, there] = await Promise.all(
      ['eu', 'us'].map((domain) => service.connection.jetstreamManager({ domain })),
    );
    const { config } = await here!.streams.info('PORTICO_EVENTS');
    expect([config.max_bytes, config.max_age]).toEqual([events.maxBytes, events.maxAgeSeconds * 1e9]);
    await expect(there!.streams.info('PORTICO_EVENTS')).rejects.toThrow('not found');

    await home.kill();
    await until(() => feed.stalenessMs() === undefined && !source.isCurrent(), 5_000);
    expect(feed.holds(token('b.one'))).toBe('unknown');
    await home.restart();
    await until(() => feed.stalenessMs() !== undefined && source.isCurrent(), 30_000);
    expect(feed.holds(token('b.one'))).toBe('live');
  } finally {
    clearInterval(beats);
    await source.close();
    await feed.stop();
  }
}, 90_000);
