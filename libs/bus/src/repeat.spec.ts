import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { json } from '@portico/endpoint';
import { Probe, probes, requestWith, serve, startNats, until, type OwnServer } from '@portico/testing';
import { natsBus } from './bus.js';
import { connectNats } from './nats.js';
import { NatsTransport } from './transport.js';

let server: OwnServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());

const open = async () => {
  const caller = await connectNats({ url: server.url, name: 'caller' });
  const service = await connectNats({ url: server.url, name: 'service' });
  return {
    bus: natsBus(caller),
    strategy: new NatsTransport(service),
    close: async () => {
      await Promise.all([caller.close(), service.close()]);
    },
  };
};

describe('a call whose answer does not come', () => {
  /** An instance that takes calls and ends before it answers. */
  const silent = async (subject: string) => {
    const nats = await connectNats({ url: server.url, name: 'silent' });
    const taken: string[] = [];
    nats.connection.subscribe(subject, {
      queue: 'token',
      callback: (_, message) => void taken.push(message.headers?.get('request-id') ?? ''),
    });
    await nats.connection.flush();
    return { nats, taken };
  };
  const repeatable = { ...probes.echo, repeatable: ['POST'] as const };
  const request = (index: number) => ({ ...requestWith(String(index)), id: `request-${index}` });

  it('is asked again of another instance where the contract lets it be, and only what was not answered', async () => {
    Probe.seen = 0;
    const [caller, own] = await Promise.all([open(), silent(probes.echo.subject)]);
    const service = await serve(caller.strategy);
    const calls = Array.from({ length: 30 }, (_, index) => caller.bus.call(repeatable, request(index)));
    await until(() => Probe.seen + own.taken.length === 30);
    const taken = [...own.taken];
    await own.nats.close();
    const begun = Date.now();
    expect(await Promise.all(calls)).toEqual(calls.map((_, index) => json(200, { text: String(index) })));
    expect(taken.length).toBeGreaterThan(0);
    expect(Probe.seen).toBe(30);
    expect(Date.now() - begun).toBeLessThan(3_000);
    await service.close();
    await caller.close();
  });

  it('is not asked again where the contract does not', async () => {
    const [caller, own] = await Promise.all([open(), silent(probes.echo.subject)]);
    const call = caller.bus.call({ ...probes.echo, deadlineMs: 3_000 }, request(0));
    await until(() => own.taken.length === 1);
    await own.nats.close();
    const service = await serve(caller.strategy);
    Probe.seen = 0;
    await expect(call).rejects.toThrow(Unavailable);
    expect(Probe.seen).toBe(0);
    await service.close();
    await caller.close();
  });

  it('is asked again no more often than a bound, so that a service that is slow is not asked twice as much', async () => {
    const [caller, own] = await Promise.all([open(), silent(probes.echo.subject)]);
    const calls = Array.from({ length: 150 }, (_, index) =>
      caller.bus.call({ ...repeatable, deadlineMs: 2_000 }, request(index)),
    );
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(own.taken).toHaveLength(250);
    await Promise.all([own.nats.close(), caller.close()]);
  });

  it('waits a moment for an instance where none is there: nobody has taken it', async () => {
    const caller = await open();
    const call = caller.bus.call(probes.echo, requestWith('a moment'));
    const service = await serve(caller.strategy);
    await expect(call).resolves.toEqual(json(200, { text: 'a moment' }));
    await service.close();
    await caller.close();
  });
});
