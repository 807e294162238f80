import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { json } from '@portico/endpoint';
import {
  busSuite,
  endedSession,
  freePort,
  Probe,
  probes,
  requestWith,
  serve,
  startNats,
  until,
  type OwnServer,
} from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { answer } from './answer.js';
import { natsBus } from './bus.js';
import { backlogOf } from './follow.js';
import { connectNats, type Nats } from './nats.js';
import { NatsTransport } from './transport.js';
import { callHead, encode, failureOf } from './wire.js';

let server: OwnServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

const open = async () => {
  const caller = await connectNats({ url: server.url, name: 'caller' });
  const service = await connectNats({ url: server.url, name: 'service' });
  await forgetEvents(caller);
  return {
    bus: natsBus(caller),
    strategy: new NatsTransport(service),
    close: async () => {
      await caller.close();
      await service.close();
    },
  };
};

/** Each test publishes the same ids. */
const forgetEvents = async ({ connection }: Nats): Promise<void> => {
  const manager = await connection.jetstreamManager();
  await manager.streams.delete('PORTICO_EVENTS').catch(() => undefined);
};

busSuite('the bus over NATS', open);

describe('following events over NATS', () => {
  const follow = (nats: Nats, ids: string[], act: () => Promise<void> = () => Promise.resolve()) =>
    natsBus(nats).follow({
      name: 'work',
      event: 'sessionEnded',
      listener: async ({ id }) => {
        ids.push(id);
        await act();
      },
    });
  const connected = async (): Promise<Nats> => connectNats({ url: server.url, name: 'work' });

  it('goes on where it was: what came while nobody followed is handed over, once', async () => {
    const [caller, first] = [await connected(), await connected()];
    await forgetEvents(caller);
    const ids: string[] = [];
    const stop = follow(first, ids);
    await natsBus(caller).publish(endedSession('there'));
    await until(() => ids.length === 1);
    await stop();
    await first.close();
    for (const id of ['away 1', 'away 2']) await natsBus(caller).publish(endedSession(id));
    const behind = () => backlogOf(caller)({ name: 'work', event: 'sessionEnded' });
    expect(await behind()).toBe(2);
    const second = await connected();
    const stopAgain = follow(second, ids);
    await until(() => ids.length >= 3);
    await pause(300);
    expect(ids.sort()).toEqual(['away 1', 'away 2', 'there']);
    expect(await behind()).toBe(0);
    await stopAgain();
    await Promise.all([caller.close(), second.close()]);
  });

  it('works on a bounded number at once, and on every one in the end', async () => {
    const [caller, nats] = [await connected(), await connected()];
    await forgetEvents(caller);
    const all = Array.from({ length: 250 }, (_, index) => `event ${index}`);
    await Promise.all(all.map((id) => natsBus(caller).publish(endedSession(id))));
    const ids: string[] = [];
    let [running, most] = [0, 0];
    const stop = follow(nats, ids, async () => {
      most = Math.max(most, (running += 1));
      await pause(20);
      running -= 1;
    });
    await until(() => ids.length >= 250, 15_000);
    expect(new Set(ids).size).toBe(250);
    expect(most).toBeLessThanOrEqual(100);
    await stop();
    await Promise.all([caller.close(), nats.close()]);
  });

  it('waits for a NATS that is away, and goes on when it is back', async () => {
    const own = await startNats();
    const [caller, nats] = [
      await connectNats({ url: own.url, name: 'caller' }),
      await connectNats({ url: own.url, name: 'work' }),
    ];
    const ids: string[] = [];
    const stop = follow(nats, ids);
    await natsBus(caller).publish(endedSession('before'));
    await until(() => ids.length === 1);
    await own.kill();
    await until(() => !caller.isConnected());
    await own.restart();
    await until(() => caller.isConnected() && nats.isConnected());
    await natsBus(caller).publish(endedSession('after'));
    await until(() => ids.includes('after'), 20_000);
    expect(ids).toEqual(['before', 'after']);
    await stop();
    await Promise.all([caller.close(), nats.close()]);
    await own.stop();
  }, 60_000);
});

it('the stream of events bounds its consumers: whoever makes them without end does not take the memory of NATS', async () => {
  const nats = await connectNats({ url: server.url, name: 'work' });
  await forgetEvents(nats);
  await natsBus(nats).publish(endedSession('first'));
  const { config } = await (await nats.connection.jetstreamManager()).streams.info('PORTICO_EVENTS');
  expect(config.max_consumers).toBe(1_000);
  await nats.close();
});

describe('calls over NATS', () => {
  let caller: Nats;
  let services: Nats[];
  const service = async (limits = {}) => {
    const nats = await connectNats({ url: server.url, name: 'service' });
    services.push(nats);
    return serve(new NatsTransport(nats, limits));
  };

  beforeEach(async () => {
    Probe.seen = 0;
    services = [];
    caller = await connectNats({ url: server.url, name: 'caller' });
  });
  afterEach(async () => {
    await Promise.all([caller, ...services].map((nats) => nats.close()));
  });

  it('are shared by the instances of a service: each call is answered once', async () => {
    const instances = await Promise.all([service(), service()]);
    const bus = natsBus(caller);
    await Promise.all(Array.from({ length: 50 }, () => bus.call(probes.echo, requestWith('once'))));
    expect(Probe.seen).toBe(50);
    await Promise.all(instances.map((instance) => instance.close()));
  });

  it('go to the other instance when one stops, none failing', async () => {
    const [one, other] = await Promise.all([service(), service()]);
    const bus = natsBus(caller);
    const calls = Array.from({ length: 100 }, async (_, index) => {
      await pause(index * 2);
      if (index === 30) void one.close();
      return bus.call(probes.echo, requestWith('on'));
    });
    await expect(Promise.all(calls)).resolves.toHaveLength(100);
    await other.close();
  });

  it('are dropped when their deadline has passed before they arrive', async () => {
    const instance = await service();
    const late = caller.connection.request(probes.echo.subject, encode(requestWith('late')), {
      timeout: 300,
      headers: callHead({ requestId: 'request-1', deadline: Date.now() - 1 }),
    });
    await expect(late).rejects.toThrow('TIMEOUT');
    expect(Probe.seen).toBe(0);
    await instance.close();
  });

  it('carry their deadline and their id', async () => {
    const seen: Record<string, string | undefined> = {};
    const subscription = caller.connection.subscribe(probes.echo.subject, {
      callback: (_, message) => {
        for (const key of message.headers?.keys() ?? []) seen[key.toLowerCase()] = message.headers?.get(key);
        message.respond(encode(json(200, {})));
      },
    });
    await natsBus(caller).call(probes.echo, requestWith(''));
    expect(seen['request-id']).toBe('request-1');
    expect(Number(seen.deadline) - Date.now()).toBeGreaterThan(probes.echo.deadlineMs - 1_000);
    subscription.unsubscribe();
  });

  it('beyond what an instance takes on at once are refused at once', async () => {
    const instance = await service({ inFlight: 2 });
    const bus = natsBus(caller);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => bus.call(probes.slow, requestWith(''))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(Probe.seen).toBe(2);
    await instance.close();
  });

  it('that are no request are refused with a code and none of their content', async () => {
    const instance = await service();
    const reply = await caller.connection.request(probes.echo.subject, Buffer.from('{"secret":'));
    expect(failureOf(reply)).toBe('malformed request');
    expect(reply.data).toHaveLength(0);
    await instance.close();
  });

  it('are refused at once when the request or the reply is larger than NATS carries', async () => {
    const huge = 'x'.repeat(2_000_000);
    const handler = () => Promise.resolve(json(200, { huge }));
    const service = answer(caller, [{ contract: probes.echo, handler }], { inFlight: 1, drainMs: 1_000 });
    const bus = natsBus(caller);
    const begun = Date.now();
    await expect(bus.call(probes.echo, requestWith(huge))).rejects.toThrow(Unavailable);
    await expect(bus.call(probes.echo, requestWith('small'))).rejects.toThrow(Unavailable);
    expect(Date.now() - begun).toBeLessThan(2_000);
    await service.drain();
  });
});

describe('when NATS goes away', () => {
  it('calls and events work again after kill -9 and a restart; nothing published meanwhile is lost', async () => {
    const own = await startNats();
    const caller = await connectNats({ url: own.url, name: 'caller' });
    const nats = await connectNats({ url: own.url, name: 'service' });
    const service = await serve(new NatsTransport(nats));
    const bus = natsBus(caller);
    Probe.events.length = 0;
    await bus.publish(endedSession('before'));
    await own.kill();
    await until(() => !caller.isConnected() && !nats.isConnected());
    await expect(bus.call({ ...probes.echo, deadlineMs: 200 }, requestWith(''))).rejects.toThrow(Unavailable);
    await expect(bus.publish(endedSession('lost?'))).rejects.toThrow(Unavailable);
    await own.restart();
    const held = bus.call(probes.echo, requestWith('held until it is back'));
    await until(() => caller.isConnected() && nats.isConnected());
    await held.catch(() => undefined);
    await expect(bus.call(probes.echo, requestWith('again'))).resolves.toEqual(json(200, { text: 'again' }));
    await bus.publish(endedSession('after'));
    await until(() => Probe.events.length >= 2, 15_000);
    expect(Probe.events.map(({ id }) => id)).toEqual(['before', 'after']);
    await service.close();
    await Promise.all([caller.close(), nats.close()]);
    await own.stop();
  });

  it('a service that loses its connection reads the events it missed, in order', async () => {
    const caller = await connectNats({ url: server.url, name: 'caller' });
    const nats = await connectNats({ url: server.url, name: 'service' });
    await forgetEvents(caller);
    const service = await serve(new NatsTransport(nats));
    const bus = natsBus(caller);
    Probe.events.length = 0;
    const ids = Array.from({ length: 30 }, (_, index) => `event ${index}`);
    for (const [index, id] of ids.entries()) {
      if (index % 10 === 5) await nats.connection.reconnect();
      await bus.publish(endedSession(id));
      await pause(20);
    }
    await until(() => Probe.events.length >= ids.length, 15_000);
    expect(Probe.events.map(({ id }) => id)).toEqual(ids);
    await service.close();
    await Promise.all([caller.close(), nats.close()]);
  });

  it('connecting waits for a NATS that is not up yet', async () => {
    const port = await freePort();
    const connecting = connectNats({ url: `nats://127.0.0.1:${port}`, name: 'early' });
    await pause(500);
    const own = await startNats({ port });
    const nats = await connecting;
    expect(nats.isConnected()).toBe(true);
    await nats.close();
    expect(nats.isConnected()).toBe(false);
    await own.stop();
  });

  it('connecting gives up at its deadline', async () => {
    const url = `nats://127.0.0.1:${await freePort()}`;
    await expect(connectNats({ url, name: 'alone', deadlineMs: 600 })).rejects.toThrow(Unavailable);
  });

  it('closing does not wait for it', async () => {
    const own = await startNats();
    const nats = await connectNats({ url: own.url, name: 'service' });
    const service = await serve(new NatsTransport(nats, { drainMs: 500 }));
    await own.kill();
    const begun = Date.now();
    await service.close();
    await nats.close();
    expect(Date.now() - begun).toBeLessThan(5_000);
    await own.stop();
  });
});
