import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, nanos, type NatsConnection } from '@nats-io/transport-node';
import { revocationIndex, type RevocationIndex } from '@portico/revocation';
import { freePort, spawnProcess, startNats, type OwnServer } from '@portico/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { saidInError, startFollower } from './follower.fixture.js';
import { natsRevocations, type RevocationSource } from './index.js';

const stream = 'PORTICO_EVENTS';
const subject = 'oidc.v1.event.token.revoked';
let nats: OwnServer;
let connection: NatsConnection;
let relay: NatsConnection;
const sources: RevocationSource[] = [];

const connected = (): Promise<NatsConnection> =>
  connect({ servers: new URL(nats.url).host, maxReconnectAttempts: -1, reconnectTimeWait: 50, reconnectJitter: 0 });
const makeStream = async () => {
  const manager = await relay.jetstreamManager();
  await manager.streams.add({ name: stream, subjects: ['oidc.v1.event.>'], max_age: nanos(86_400_000) });
};
beforeEach(async () => {
  nats = await startNats();
  [connection, relay] = [await connected(), await connected()];
  await makeStream();
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.close()));
  await Promise.all([connection.close(), relay.close()]);
  await nats.stop();
});

const follow = (index: RevocationIndex = revocationIndex(), staleAfterMs = 1000): RevocationSource => {
  const source = natsRevocations(connection, { index, staleAfterMs });
  sources.push(source);
  return source;
};
/** A token of long after the stream was made: time enough that the index is sure. */
const tokenOf = (tokenId: string) => ({ tokenId, clientId: 'web', issuedAt: Math.floor(Date.now() / 1000) + 3600 });
const publish = (value: unknown) => relay.jetstream().publish(subject, JSON.stringify(value));
const revoke = async (tokenId = `auth.${randomUUID()}`) => {
  const data = { tokenId, authorizationId: 'auth', clientId: 'web', at: Math.floor(Date.now() / 1000) };
  await publish({ id: randomUUID(), event: 'tokenRevoked', data });
  return tokenId;
};
/** What the relay says when nothing waits. */
const beat = async (more: object = {}) => {
  const { created, state } = await (await relay.jetstreamManager()).streams.info(stream);
  const told = { sequence: state.last_seq, stream: created, ageMs: 1, everyMs: 250, ...more };
  relay.publish('oidc.v1.relay.drained', JSON.stringify(told));
  await relay.flush();
};
const until = async (holds: () => boolean, deadlineMs = 10_000): Promise<void> => {
  const giveUpAt = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error('it did not come about');
    await pause(5);
  }
};
const beatUntil = async (holds: () => boolean): Promise<void> => {
  const giveUpAt = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error('it did not come about');
    await beat().catch(() => undefined);
    await pause(50);
  }
};

describe('RFC 7009 §2.1: revocations over NATS', () => {
  it('what was revoked before it came is known, and then what is revoked, at once', async () => {
    const early = [await revoke(), await revoke()];
    const source = follow();
    expect(source.isCurrent()).toBe(false);
    await beatUntil(() => source.isCurrent());
    expect(early.map((id) => source.holds(tokenOf(id)))).toEqual(['revoked', 'revoked']);
    expect(source.holds(tokenOf('auth.other'))).toBe('live');
    const took: number[] = [];
    for (let times = 0; times < 50; times += 1) {
      const id = await revoke();
      const beganAt = performance.now();
      await until(() => source.holds(tokenOf(id)) === 'revoked');
      took.push(performance.now() - beganAt);
    }
    expect(took.sort((one, other) => one - other)[40]).toBeLessThan(100);
  });

  it('is current only while the relay says that nothing waits, and no longer than it may', async () => {
    const source = follow(revocationIndex(), 300);
    await beatUntil(() => source.isCurrent());
    expect(source.stalenessMs()).toBeLessThan(300);
    await pause(320);
    expect(source.isCurrent()).toBe(false);
    await beat({ ageMs: 5000 });
    await pause(50);
    expect(source.isCurrent()).toBe(false);
    await beatUntil(() => source.isCurrent());
  });

  it('is not current while something it has not read is said to be there', async () => {
    const source = follow();
    await beatUntil(() => source.isCurrent());
    await pause(1050);
    const { created, state } = await (await relay.jetstreamManager()).streams.info(stream);
    await beat({ sequence: state.last_seq + 1, stream: created });
    await pause(100);
    expect(source.isCurrent()).toBe(false);
    await revoke();
    await until(() => source.isCurrent());
  });

  it('takes what it does not know, and what is no event, as nothing', async () => {
    const source = follow();
    await beatUntil(() => source.isCurrent());
    const data = { tokenId: 1, at: 1 };
    for (const value of [
      null,
      5,
      [],
      {},
      { event: 'tokenRevoked' },
      { event: 'tokenRevoked', data },
      { event: 'new', data },
    ])
      await publish(value);
    await relay.jetstream().publish(subject, 'no JSON {');
    await publish({ event: 'sessionEnded', data: { at: 1, authorizationIds: [{}] } });
    for (const told of ['', '5', 'null', '{}', '{"sequence":"9"}']) relay.publish('oidc.v1.relay.drained', told);
    const id = await revoke();
    await until(() => source.holds(tokenOf(id)) === 'revoked');
    await beatUntil(() => source.isCurrent());
  });

  it('many at once come in order, with no more on the way than it can take', async () => {
    const ids = Array.from({ length: 20_000 }, (_, number) => `auth.${number}`);
    for (let next = 0; next < ids.length; next += 1000) await Promise.all(ids.slice(next, next + 1000).map(revoke));
    const source = follow();
    await beatUntil(() => source.isCurrent());
    expect(ids.filter((id) => source.holds(tokenOf(id)) !== 'revoked')).toEqual([]);
  }, 60_000);

  it('NATS dies and comes back: what was revoked meanwhile is known before it is current again', async () => {
    const source = follow();
    await beatUntil(() => source.isCurrent());
    await nats.kill();
    await pause(1100);
    expect(source.isCurrent()).toBe(false);
    await nats.restart();
    const id = await (async () => {
      for (;;) {
        const done = await revoke().catch(() => undefined);
        if (done !== undefined) return done;
        await pause(50);
      }
    })();
    await beatUntil(() => source.isCurrent());
    expect(source.holds(tokenOf(id))).toBe('revoked');
    const next = await revoke();
    await until(() => source.holds(tokenOf(next)) === 'revoked');
  }, 60_000);

  it('a process that stood still believes nothing that has waited meanwhile', async () => {
    const address = JSON.stringify(new URL(nats.url).host);
    const follower = await startFollower(`natsRevocations(await connect({ servers: ${address} }))`);
    const beats = setInterval(() => void beat().catch(() => undefined), 250);
    const knows = async (id: string) => {
      const { state, current } = await follower.ask(id);
      return current && state === 'revoked';
    };
    try {
      for (const stoppedMs of [300, 950, 1050, 1500, 2500, 2000, 1500, 2500]) {
        const known = await revoke();
        while (!(await knows(known))) await pause(10);
        await pause(Math.random() * 250);
        expect(await saidInError(follower, { stoppedMs, boundMs: 1000, revoke })).toEqual([]);
      }
    } finally {
      clearInterval(beats);
      await follower.process.stop(5000);
    }
  }, 120_000);

  it('a stream that is made anew is read anew, and what was before it is not known to hold', async () => {
    const index = revocationIndex();
    const source = follow(index);
    const id = await revoke();
    await beatUntil(() => source.isCurrent());
    const before = index.completeSince;
    await pause(1100);
    await (await relay.jetstreamManager()).streams.delete(stream);
    await makeStream();
    const next = await revoke();
    await beatUntil(() => source.isCurrent());
    expect(index.completeSince).toBeGreaterThan(before);
    expect([id, next].map((one) => source.holds(tokenOf(one)))).toEqual(['revoked', 'revoked']);
    expect(source.holds({ ...tokenOf('auth.other'), issuedAt: before })).toBe('unknown');
  }, 30_000);

  it('what was removed before it was read makes older tokens unknown', async () => {
    const index = revocationIndex();
    await revoke();
    await pause(1100);
    await (await relay.jetstreamManager()).streams.purge(stream);
    const at = Math.floor(Date.now() / 1000);
    await revoke();
    const source = follow(index);
    await beatUntil(() => source.isCurrent());
    expect(index.completeSince).toBeGreaterThanOrEqual(at);
  });

  it('before there is a stream it waits; closed, it leaves the connection and nothing behind', async () => {
    await (await relay.jetstreamManager()).streams.delete(stream);
    const source = follow();
    await pause(300);
    await makeStream();
    await beatUntil(() => source.isCurrent());
    await source.close();
    await source.close();
    expect(connection.isClosed()).toBe(false);
  });

  it('is closed after its connection, and while NATS is away', async () => {
    const source = follow();
    await beatUntil(() => source.isCurrent());
    await nats.kill();
    const beganAt = performance.now();
    await source.close();
    expect(performance.now() - beganAt).toBeLessThan(5000);
    await nats.restart();
    const other = follow();
    await connection.close();
    await other.close();
  });

  it('a user who may only read gets by with these permissions', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portico-'));
    const port = await freePort();
    const publish = [
      '$JS.API.STREAM.INFO.PORTICO_EVENTS',
      '$JS.API.CONSUMER.CREATE.PORTICO_EVENTS.*',
      '$JS.FC.PORTICO_EVENTS.>',
    ];
    const subscribe = ['_INBOX.>', 'oidc.v1.relay.drained'];
    const users = [
      { user: 'portico', password: 'p' },
      { user: 'orders', password: 'o', permissions: { publish, subscribe } },
    ];
    const config = { host: '127.0.0.1', port, jetstream: { store_dir: folder }, authorization: { users } };
    await writeFile(join(folder, 'nats.conf'), JSON.stringify(config));
    const server = spawnProcess('nats-server', ['-c', join(folder, 'nats.conf')]);
    await server.waitFor(/Server is ready/, 10_000);
    await Promise.all([connection.close(), relay.close()]);
    const options = { servers: `127.0.0.1:${port}` };
    relay = await connect({ ...options, user: 'portico', pass: 'p' });
    connection = await connect({ ...options, user: 'orders', pass: 'o' });
    await makeStream();
    const ids = await Promise.all(Array.from({ length: 3000 }, () => revoke()));
    const source = follow();
    await beatUntil(() => source.isCurrent());
    expect(ids.filter((id) => source.holds(tokenOf(id)) !== 'revoked')).toEqual([]);
    for (const forbidden of ['oidc.v1.event.token.revoked', '$JS.API.STREAM.DELETE.PORTICO_EVENTS'])
      await expect(connection.request(forbidden, '{}', { timeout: 1000 })).rejects.toThrow(/permissions|503|TIMEOUT/i);
    await source.close();
    await server.stop(5000);
    await rm(folder, { recursive: true, force: true });
  }, 30_000);
});
