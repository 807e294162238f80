import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice } from '@nestjs/common';
import type { CustomTransportStrategy, MicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { Handles, Listens } from '@portico/bus';
import { Unavailable, type Bus, type EndpointContract, type PublishedEvent } from '@portico/contracts';
import { json, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import { setTimeout as pause } from 'node:timers/promises';
import { of, type Observable } from 'rxjs';
import { until } from './until.js';

/** One end that calls and one that answers, connected. */
export interface BusUnderTest {
  readonly bus: Bus;
  readonly strategy: CustomTransportStrategy;
  close(): Promise<void>;
}

const contract = (name: string, deadlineMs = 5_000): EndpointContract => ({
  name,
  service: 'token',
  subject: `oidc.v1.endpoint.suite-${name}`,
  caller: 'client',
  methods: ['POST'],
  body: 'form',
  cors: false,
  deadlineMs,
  repeatable: [],
});

/** What the suite's controller answers. */
export const probes = {
  echo: contract('echo'),
  observable: contract('observable'),
  slow: contract('slow'),
  late: contract('late', 200),
  faulty: contract('faulty'),
  malformed: contract('malformed'),
  nothing: contract('nothing'),
  nobody: contract('nobody'),
} as const;

/** A request that carries `text`. */
export const requestWith = (text: string): EndpointRequest => ({
  id: 'request-1',
  method: 'POST',
  url: '/oidc/token',
  params: { text: [text] },
  headers: {},
  cookies: {},
  ip: '127.0.0.1',
});

/** The service under test; `seen` counts the calls that reached it. */
@Controller()
export class Probe {
  static seen = 0;
  static readonly events: PublishedEvent[] = [];

  @Handles(probes.echo)
  echo({ params }: EndpointRequest): Promise<EndpointReply> {
    Probe.seen += 1;
    return Promise.resolve(json(200, { text: params.text?.[0] }));
  }

  @Handles(probes.observable)
  observable(): Observable<EndpointReply> {
    return of(json(200, { text: 'observed' }));
  }

  @Handles(probes.slow)
  async slow(): Promise<EndpointReply> {
    Probe.seen += 1;
    await pause(300);
    return json(200, {});
  }

  @Handles(probes.late)
  async late(): Promise<EndpointReply> {
    await pause(1_000);
    return json(200, {});
  }

  @Handles(probes.faulty)
  faulty(): Promise<EndpointReply> {
    return Promise.reject(new Error('password=hunter2'));
  }

  @Handles(probes.malformed)
  malformed(): Promise<unknown> {
    return Promise.resolve({ kind: 'json', status: 99 });
  }

  @Handles(probes.nothing)
  nothing(): Promise<void> {
    return Promise.resolve();
  }

  @Listens('sessionEnded')
  ended(event: PublishedEvent): void {
    Probe.events.push(event);
  }
}

/** A service with the suite's controller. */
export const serve = async (strategy: CustomTransportStrategy): Promise<INestMicroservice> => {
  const module = await Test.createTestingModule({ controllers: [Probe] }).compile();
  const service = module.createNestMicroservice<MicroserviceOptions>({ strategy, logger: false });
  await service.listen();
  return service;
};

/** A fact with an id. */
export const endedSession = (id: string): PublishedEvent => ({
  id,
  event: 'sessionEnded',
  data: { sid: 's', subject: 'u', reason: 'test', at: 1 },
});

/** The ids of the sessions whose end somebody of that name is told of, and what comes of it. */
const following = (bus: Bus, name: string, act: (id: string) => void | Promise<void> = () => undefined) => {
  const ids: string[] = [];
  const stop = bus.follow({
    name,
    event: 'sessionEnded',
    listener: async ({ id }) => {
      ids.push(id);
      await act(id);
    },
  });
  return { ids, stop };
};

/** What every bus has to do. */
export const busSuite = (title: string, open: () => Promise<BusUnderTest>): void => {
  describe(title, () => {
    let peers: BusUnderTest;
    let service: INestMicroservice;

    beforeEach(async () => {
      Probe.seen = 0;
      Probe.events.length = 0;
      peers = await open();
      service = await serve(peers.strategy);
    });
    afterEach(async () => {
      await service.close();
      await peers.close();
    });

    it('carries a request there and the reply back', async () => {
      await expect(peers.bus.call(probes.echo, requestWith('ü'))).resolves.toEqual(json(200, { text: 'ü' }));
    });

    it('takes an Observable for a reply, as an interceptor makes one', async () => {
      await expect(peers.bus.call(probes.observable, requestWith(''))).resolves.toEqual(
        json(200, { text: 'observed' }),
      );
    });

    it('carries many calls at once, each to its own answer', async () => {
      const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
      const replies = await Promise.all(texts.map((text) => peers.bus.call(probes.echo, requestWith(text))));
      expect(replies).toEqual(texts.map((text) => json(200, { text })));
    });

    it('carries a body of 200 KB both ways', async () => {
      const text = 'x'.repeat(200_000);
      await expect(peers.bus.call(probes.echo, requestWith(text))).resolves.toEqual(json(200, { text }));
    });

    it('is Unavailable when the deadline of the contract has passed', async () => {
      const begun = Date.now();
      await expect(peers.bus.call(probes.late, requestWith(''))).rejects.toThrow(Unavailable);
      expect(Date.now() - begun).toBeLessThan(900);
    });

    it('is Unavailable at once when nobody handles the endpoint', async () => {
      const begun = Date.now();
      await expect(peers.bus.call(probes.nobody, requestWith(''))).rejects.toThrow(Unavailable);
      expect(Date.now() - begun).toBeLessThan(1_000);
    });

    it('does not tell the caller what a handler threw', async () => {
      const error = await peers.bus.call(probes.faulty, requestWith('')).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Unavailable);
      expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('hunter2');
    });

    it.each([probes.malformed, probes.nothing])(
      'refuses a reply that does not fit the contract ($name)',
      async (probe) => {
        await expect(peers.bus.call(probe, requestWith(''))).rejects.toThrow(Unavailable);
      },
    );

    it('refuses a request that does not fit the contract, and goes on answering', async () => {
      const malformed = { ...requestWith(''), method: 'DELETE' } as unknown as EndpointRequest;
      await expect(peers.bus.call(probes.echo, malformed)).rejects.toThrow(Unavailable);
      expect(Probe.seen).toBe(0);
      await expect(peers.bus.call(probes.echo, requestWith('on'))).resolves.toMatchObject({ status: 200 });
    });

    it('lets a running call end when the service stops, and takes no new one', async () => {
      const running = peers.bus.call(probes.slow, requestWith(''));
      await until(() => Probe.seen === 1);
      await service.close();
      await expect(running).resolves.toMatchObject({ status: 200 });
      await expect(peers.bus.call(probes.echo, requestWith(''))).rejects.toThrow(Unavailable);
    });

    it('tells listeners of an event, once for the same id', async () => {
      await peers.bus.publish(endedSession('one'));
      await peers.bus.publish(endedSession('one'));
      await peers.bus.publish(endedSession('two'));
      await until(() => Probe.events.length >= 2);
      await pause(100);
      expect(Probe.events).toEqual([endedSession('one'), endedSession('two')]);
    });

    it('hands an event over once to all who follow under the same name, and to every name', async () => {
      const [one, another, other] = ['work', 'work', 'other'].map((name) => following(peers.bus, name));
      await Promise.all(['a', 'b', 'c'].map((id) => peers.bus.publish(endedSession(id))));
      await until(() => one!.ids.length + another!.ids.length >= 3 && other!.ids.length >= 3);
      await pause(200);
      expect([...one!.ids, ...another!.ids].sort()).toEqual(['a', 'b', 'c']);
      expect([...other!.ids].sort()).toEqual(['a', 'b', 'c']);
      await Promise.all([one!.stop(), another!.stop(), other!.stop()]);
    });

    it('hands an event over again whose follower failed, and the others meanwhile', async () => {
      let failures = 0;
      const work = following(peers.bus, 'work', (id) => {
        if (id === 'first' && (failures += 1) <= 2) throw new Error('not yet');
      });
      await Promise.all(['first', 'second'].map((id) => peers.bus.publish(endedSession(id))));
      await until(() => work.ids.filter((id) => id === 'first').length === 3, 15_000);
      await pause(200);
      expect(work.ids.filter((id) => id === 'second')).toHaveLength(1);
      expect(work.ids).toHaveLength(4);
      await work.stop();
    }, 30_000);

    it('a follower that has stopped is told of nothing', async () => {
      const work = following(peers.bus, 'work');
      await peers.bus.publish(endedSession('before'));
      await until(() => work.ids.length === 1);
      await work.stop();
      await peers.bus.publish(endedSession('after'));
      await pause(300);
      expect(work.ids).toEqual(['before']);
    });
  });
};
