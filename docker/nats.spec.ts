import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { connect, Events, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { calls, drainedSubject, endpoints, events, inboxPrefixOf, revokedSubject } from '@portico/contracts';
import type { OwnServer } from '@portico/local';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAs, root, services, startWithUsers, text, users } from './nats.fixture.js';

const subjects = Object.values(endpoints).map(({ subject }) => subject);

test('the configuration of NATS is what the contracts say, for compose and for Kubernetes', () => {
  const said = execFileSync(process.execPath, ['tools/nats.js', '--check'], { cwd: root, encoding: 'utf8' });
  expect(said).toBe('');
  expect(readFileSync(`${root}k8s/components/nats/nats.conf`, 'utf8')).toBe(text);
});

test('there are these users, each with a password from the environment', () => {
  expect([...text.matchAll(/user: "([^"]+)"/g)].map(([, user]) => user).sort()).toEqual([...users].sort());
  const passwords = [...text.matchAll(/password: (.+)$/gm)].map(([, password]) => password);
  expect(new Set(passwords).size).toBe(users.length);
  for (const password of passwords) expect(password).toMatch(/^\$NATS_[A-Z_]+_PASSWORD$/);
});

describe('on NATS itself', () => {
  let server: OwnServer;
  const open = new Map<string, NatsConnection>();
  const refusals = new Map<string, string[]>();

  /** Keeps what the server refuses a user. */
  const listen = async (user: string, connection: NatsConnection): Promise<void> => {
    for await (const status of connection.status())
      if (status.type === Events.Error) refusals.get(user)?.push(status.permissionContext?.subject ?? '');
  };
  beforeAll(async () => {
    server = await startWithUsers();
    for (const user of users) {
      // As whoever does not know where it would be answered.
      const connection = await connectAs(user, server, '_INBOX');
      open.set(user, connection);
      refusals.set(user, []);
      void listen(user, connection);
    }
  }, 60_000);
  afterAll(async () => {
    for (const connection of open.values()) await connection.close();
    await server.stop();
  });

  const connectionOf = (user: string): NatsConnection => open.get(user)!;
  /** Which of these a user may do; the server has answered once the flush is through, and the client tells a moment later. */
  const allowed = async (user: string, subjects: readonly string[], act: (subject: string) => void) => {
    refusals.set(user, []);
    subjects.forEach(act);
    await connectionOf(user).flush();
    await pause(10);
    return subjects.filter((subject) => !refusals.get(user)?.includes(subject));
  };
  const publishes = (user: string, subjects: readonly string[]) =>
    allowed(user, subjects, (subject) => connectionOf(user).publish(subject));
  const subscribes = async (user: string, subjects: readonly string[], queue?: string): Promise<string[]> => {
    const open: Subscription[] = [];
    const options = { callback: () => undefined, ...(queue === undefined ? {} : { queue }) };
    const may = await allowed(user, subjects, (subject) => open.push(connectionOf(user).subscribe(subject, options)));
    for (const one of open) if (!one.isClosed()) one.unsubscribe();
    return may;
  };

  it('without a password, and with that of another, nobody comes in', async () => {
    const servers = new URL(server.url).host;
    await expect(connect({ servers, reconnect: false })).rejects.toThrow(/authorization/i);
    await expect(connect({ servers, user: 'gateway', pass: 'p-token', reconnect: false })).rejects.toThrow(
      /authorization/i,
    );
  });

  it.each(users)(
    '%s hears the requests of its own endpoints alone, and those only together with its like',
    async (user) => {
      const own = Object.values(endpoints).filter(({ service }) => service === user);
      const asked = Object.values(calls).filter(({ service }) => service === user);
      const all = [...subjects, ...Object.values(calls).map(({ subject }) => subject)];
      expect(await subscribes(user, all, user)).toEqual([...own, ...asked].map(({ subject }) => subject));
      expect(await subscribes(user, all)).toEqual([]);
      expect(await subscribes(user, all, 'another')).toEqual([]);
    },
  );

  it.each(users)('%s asks what it has to ask', async (user) => {
    expect(await publishes(user, subjects)).toEqual(user === 'gateway' ? subjects : []);
    const asked = Object.values(calls).map(({ subject }) => subject);
    expect(await publishes(user, asked)).toEqual(user === 'internal' ? asked : []);
  });

  it.each(users)('%s reads what it is answered, and nobody else’s answers', async (user) => {
    const inboxes = users.map((name) => `${inboxPrefixOf(name)}.x`);
    expect(await subscribes(user, inboxes)).toEqual([`${inboxPrefixOf(user)}.x`]);
    const wide = [
      '>',
      '*.>',
      '_INBOX.>',
      'oidc.>',
      'oidc.v1.>',
      'oidc.v1.endpoint.>',
      'oidc.v1.event.>',
      '$JS.>',
      '$SYS.>',
    ];
    expect(await subscribes(user, wide)).toEqual([]);
    expect(await subscribes(user, wide, user)).toEqual([]);
    // An answer goes to whoever asked: nobody sends one unasked.
    expect(await publishes(user, inboxes)).toEqual([]);
  });

  it.each(users)('%s tells what it knows', async (user) => {
    const facts = Object.values(events).map(({ subject }) => subject);
    const isService = services.includes(user);
    expect(await publishes(user, facts)).toEqual(user === 'worker' ? facts : []);
    expect(await publishes(user, [drainedSubject])).toEqual(user === 'worker' ? [drainedSubject] : []);
    expect(await publishes(user, [revokedSubject])).toEqual(isService ? [revokedSubject] : []);
    expect(await subscribes(user, [revokedSubject])).toEqual(isService ? [revokedSubject] : []);
    const hears = isService || user === 'resource-server';
    expect(await subscribes(user, [drainedSubject])).toEqual(hears ? [drainedSubject] : []);
  });

  // The second is how JetStream is asked from a leaf node.
  const apis = ['$JS.API', '$JS.eu.API'];
  const everybody = users
    .filter((user) => user !== 'operator')
    .flatMap((user) => apis.map((api) => [user, api] as const));
  it.each(everybody)('%s reads of JetStream what it needs, and changes nothing, at %s', async (user, prefix) => {
    const api = (name: string): string => `${prefix}.${name}`;
    const reads = [api('STREAM.INFO.PORTICO_EVENTS'), api('CONSUMER.CREATE.PORTICO_EVENTS.reader-1')];
    const pulls = [api('CONSUMER.INFO.PORTICO_EVENTS.x'), api('CONSUMER.MSG.NEXT.PORTICO_EVENTS.x')];
    const isService = services.includes(user);
    const isReader = isService || user === 'resource-server';
    const work = ['logout-sessionEnded', 'logout-subjectRevoked'].map((name) =>
      api(`CONSUMER.MSG.NEXT.PORTICO_EVENTS.${name}`),
    );
    const makes = [
      api('STREAM.CREATE.PORTICO_EVENTS'),
      api('CONSUMER.CREATE.PORTICO_EVENTS.logout-sessionEnded.oidc.v1.event.session.ended'),
      '$JS.ACK.PORTICO_EVENTS.x.1.2.3.4.5',
    ];
    expect(await publishes(user, reads)).toEqual(isReader || user === 'worker' ? reads : []);
    expect(await publishes(user, pulls)).toEqual(isService || user === 'worker' ? pulls : []);
    expect(await publishes(user, work)).toEqual(user === 'worker' ? work : []);
    expect(await publishes(user, makes)).toEqual(user === 'worker' ? makes : []);
    const never = ['UPDATE', 'DELETE', 'PURGE', 'MSG.DELETE', 'SNAPSHOT', 'RESTORE'].flatMap((verb) => [
      api(`STREAM.${verb}.PORTICO_EVENTS`),
      api(`STREAM.${verb}.OTHER`),
    ]);
    // Without a name in the subject the request could name the worker's readers.
    never.push(api('CONSUMER.CREATE.PORTICO_EVENTS'), api('CONSUMER.DURABLE.CREATE.PORTICO_EVENTS.reader-1'));
    never.push(api('CONSUMER.DELETE.PORTICO_EVENTS.reader-1'));
    expect(await publishes(user, [...never, api('STREAM.CREATE.OTHER'), api('INFO')])).toEqual([]);
  });

  it('operator neither empties the stream nor removes it, makes no other, takes no work and tells no fact', async () => {
    const never = apis.flatMap((api) => [
      ...['DELETE.PORTICO_EVENTS', 'PURGE.PORTICO_EVENTS', 'MSG.DELETE.PORTICO_EVENTS', 'CREATE.OTHER'].map(
        (verb) => `${api}.STREAM.${verb}`,
      ),
      ...['STREAM.UPDATE.OTHER', 'CONSUMER.CREATE.OTHER', 'CONSUMER.CREATE.PORTICO_EVENTS'].map(
        (verb) => `${api}.${verb}`,
      ),
      ...['CREATE', 'DURABLE.CREATE', 'MSG.NEXT', 'DELETE'].map(
        (verb) => `${api}.CONSUMER.${verb}.PORTICO_EVENTS.logout-sessionEnded`,
      ),
    ]);
    const acknowledged = '$JS.ACK.PORTICO_EVENTS.logout-sessionEnded.1.2.3.4.5';
    expect(await publishes('operator', [...never, acknowledged])).toEqual([]);
  });
});
