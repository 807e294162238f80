import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AckPolicy, type JetStreamManager, type NatsConnection } from '@nats-io/transport-node';
import { events, revokedSubject } from '@portico/contracts';
import type { OwnServer } from '@portico/local';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAs, services, startWithUsers } from './nats.fixture.js';

describe('a reader of the events', () => {
  let server: OwnServer;
  const stream = 'PORTICO_EVENTS';
  const work = 'logout-sessionEnded';
  const { subject } = events.sessionEnded;
  const readers = [...services, 'resource-server'];
  const own = new Map<string, NatsConnection>();
  const ask = async (user: string, name: string, question: object): Promise<Record<string, unknown>> => {
    const answer = own.get(user)!.request(`$JS.API.${name}`, JSON.stringify(question), { timeout: 2_000 });
    return (await answer).json();
  };
  beforeAll(async () => {
    server = await startWithUsers();
    for (const user of ['worker', ...readers]) own.set(user, await connectAs(user, server));
    await ask('worker', `STREAM.CREATE.${stream}`, { name: stream, subjects: ['oidc.v1.event.>'], num_replicas: 1 });
    const config = { durable_name: work, filter_subject: subject, ack_policy: 'explicit' };
    await ask('worker', `CONSUMER.CREATE.${stream}.${work}.${subject}`, { stream_name: stream, config });
  });
  afterAll(async () => {
    for (const connection of own.values()) await connection.close();
    await server.stop();
  });

  it.each(readers)('%s cannot change what the worker reads, whatever it asks for', async (user) => {
    const { config: before } = await ask('worker', `CONSUMER.INFO.${stream}.${work}`, {});
    const other = { filter_subject: subject, ack_policy: 'explicit', max_deliver: 1 };
    const forbidden = ['', `.${work}`, `.${work}.${subject}`, `.reader-1.${subject}`];
    for (const name of forbidden) {
      const asked = ask(user, `CONSUMER.CREATE.${stream}${name}`, {
        stream_name: stream,
        config: { ...other, name: work },
      });
      await expect(asked).rejects.toThrow(/permissions violation/i);
    }
    for (const names of [{ name: work }, { durable_name: work }, { name: 'reader-1', durable_name: work }])
      await ask(user, `CONSUMER.CREATE.${stream}.reader-1`, { stream_name: stream, config: { ...other, ...names } });
    expect((await ask('worker', `CONSUMER.INFO.${stream}.${work}`, {})).config).toEqual(before);
  });

  it('resource-server can have events delivered elsewhere, and writes none of its own by that', async () => {
    const heard: unknown[] = [];
    own.get('token')!.subscribe(revokedSubject, { callback: (_, message) => heard.push(message.json()) });
    await own.get('token')!.flush();
    const config = { name: 'reader-2', deliver_subject: revokedSubject, deliver_policy: 'new', ack_policy: 'none' };
    await ask('resource-server', `CONSUMER.CREATE.${stream}.reader-2`, { stream_name: stream, config });
    await own.get('worker')!.request(subject, '{"true":1}', { timeout: 2_000 });
    const cycle = { ...config, name: 'reader-3', deliver_subject: subject };
    const refused = await ask('resource-server', `CONSUMER.CREATE.${stream}.reader-3`, {
      stream_name: stream,
      config: cycle,
    });
    expect(refused).toMatchObject({ error: { description: expect.stringContaining('cycle') } });
    await pause(100);
    expect(heard).toEqual([{ true: 1 }]);
  });
});

describe('the operator', () => {
  let server: OwnServer;
  const open = new Map<string, NatsConnection>();
  const managerOf = async (user: string): Promise<JetStreamManager> => {
    const connection = await connectAs(user, server);
    open.set(user, connection);
    return connection.jetstreamManager({ checkAPI: false });
  };
  let manager: JetStreamManager;
  beforeAll(async () => {
    server = await startWithUsers();
    const worker = await managerOf('worker');
    await worker.streams.add({ name: 'PORTICO_EVENTS', subjects: ['oidc.v1.event.>'], max_bytes: 1_048_576 });
    await worker.consumers.add('PORTICO_EVENTS', {
      durable_name: 'logout-sessionEnded',
      ack_policy: AckPolicy.Explicit,
    });
    await open.get('worker')!.jetstream().publish('oidc.v1.event.session.ended', 'an event');
    manager = await managerOf('operator');
  });
  afterAll(async () => {
    for (const connection of open.values()) await connection.close();
    await server.stop();
  });

  it('sees the stream, and changes its bounds', async () => {
    expect((await manager.streams.list().next()).map(({ config }) => config.name)).toEqual(['PORTICO_EVENTS']);
    await manager.streams.update('PORTICO_EVENTS', { max_bytes: 2_097_152 });
    expect((await manager.streams.info('PORTICO_EVENTS')).config.max_bytes).toBe(2_097_152);
    expect((await manager.getAccountInfo()).streams).toBe(1);
  });

  it('reads what is in it, one by one and page by page', async () => {
    expect((await manager.streams.getMessage('PORTICO_EVENTS', { seq: 1 })).string()).toBe('an event');
    await manager.consumers.add('PORTICO_EVENTS', { durable_name: 'pager', ack_policy: AckPolicy.Explicit });
    const reader = await open.get('operator')!.jetstream().consumers.get('PORTICO_EVENTS', 'pager');
    const message = await reader.next({ expires: 2_000 });
    expect(message?.string()).toBe('an event');
    expect(await message?.ackAck()).toBe(true);
    expect(await manager.consumers.delete('PORTICO_EVENTS', 'pager')).toBe(true);
  });

  it('neither empties the stream nor changes what the worker reads', async () => {
    await expect(manager.streams.purge('PORTICO_EVENTS')).rejects.toThrow();
    expect((await manager.streams.info('PORTICO_EVENTS')).state.messages).toBe(1);
    const config = { durable_name: 'logout-sessionEnded', ack_policy: 'explicit', max_deliver: 1 };
    const question = JSON.stringify({ stream_name: 'PORTICO_EVENTS', config });
    const asked = open.get('operator')!.request('$JS.API.CONSUMER.CREATE.PORTICO_EVENTS', question, { timeout: 2_000 });
    await expect(asked).rejects.toThrow(/permissions violation/i);
  });
});
