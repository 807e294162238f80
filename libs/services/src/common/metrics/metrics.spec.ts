import { describe, expect, it } from '@jest/globals';
import { newMetrics } from './metrics.js';
import { measured } from './revocations.js';
import { sampling } from './sampled.js';

describe('the numbers of a process', () => {
  it('are written in the text format of Prometheus 0.0.4: help, type and series of each', async () => {
    const metrics = newMetrics();
    let waiting = 3;
    metrics.readOne('portico_database_waiting', () => waiting);
    const issued = metrics.counter('portico_tokens_issued_total');
    issued({ grant: 'a"b\\' });
    issued({ grant: 'c' }, 4);
    waiting = 5;
    expect(await metrics.text()).toBe(
      '# HELP portico_database_waiting Statements that wait for a connection.\n# TYPE portico_database_waiting gauge\n' +
        'portico_database_waiting 5\n\n' +
        '# HELP portico_tokens_issued_total Answers of the token endpoints that hold tokens, by grant type.\n' +
        '# TYPE portico_tokens_issued_total counter\n' +
        'portico_tokens_issued_total{grant="a\\"b\\\\"} 1\nportico_tokens_issued_total{grant="c"} 4\n',
    );
  });

  it('show nothing where there is nothing to be told, and what is gone no longer', async () => {
    const metrics = newMetrics();
    const readings = [[{ labels: {}, value: 7 }], []];
    metrics.read('portico_outbox_waiting', () => readings.shift() ?? []);
    expect(await metrics.text()).toContain('\nportico_outbox_waiting 7\n');
    expect(await metrics.text()).not.toMatch(/^portico_outbox_waiting/m);
  });

  it('a counter that is asked for twice is one; what is read has one reader', async () => {
    const metrics = newMetrics();
    for (const count of [1, 2].map(() => metrics.counter('portico_revocation_known_total'))) count({});
    expect(await metrics.text()).toContain('\nportico_revocation_known_total 2\n');
    metrics.readOne('portico_bus_connected', () => 0);
    expect(() => metrics.readOne('portico_bus_connected', () => 0)).toThrow('portico_bus_connected');
  });

  it('hold those of Node itself where they are wanted', async () => {
    const text = await newMetrics({ ofNode: true }).text();
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes', 'nodejs_gc_duration'])
      expect(text).toContain(name);
  });
});

describe('a sample', () => {
  it('is asked once, however many want to know at once', async () => {
    let asked = 0;
    const sample = sampling(newMetrics())('outbox', () => Promise.resolve((asked += 1)));
    expect(await Promise.all([sample(), sample(), sample()])).toEqual([1, 1, 1]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
    ['hangs', () => new Promise<never>(() => undefined)],
  ])('that %s is left out and counted', async (_, ask: () => Promise<number>) => {
    const metrics = newMetrics();
    const sample = sampling(metrics)('outbox', ask);
    expect(await sample()).toBeUndefined();
    expect(await metrics.text()).toContain('\nportico_samples_failed_total{sample="outbox"} 1\n');
  });
});

describe('revocations', () => {
  it.each([
    [120, 'staleness_seconds 0.12', 'current 1'],
    [undefined, 'staleness_seconds +Inf', 'current 0'],
  ])('a staleness of %s ms', async (stalenessMs, staleness, current) => {
    const metrics = newMetrics();
    measured({ stalenessMs: () => stalenessMs, size: 7, holds: () => 'live' }, { metrics, staleAfterMs: () => 500 });
    const text = await metrics.text();
    for (const line of [staleness, current, 'entries 7', 'staleness_max_seconds 0.5'])
      expect(text).toContain(`\nportico_revocation_${line}\n`);
  });

  it('counts what memory knew and what it did not', async () => {
    const states = ['live', 'revoked', 'unknown'] as const;
    let asked = 0;
    const metrics = newMetrics();
    const revocations = measured(
      { stalenessMs: () => 1, size: 0, holds: () => states[asked++ % 3]! },
      { metrics, staleAfterMs: () => 500 },
    );
    const token = { tokenId: 'a.b', clientId: 'c', issuedAt: 1 };
    expect([1, 2, 3].map(() => revocations.holds(token))).toEqual(states);
    const text = await metrics.text();
    for (const line of ['known_total 2', 'unknown_total 1']) expect(text).toContain(`\nportico_revocation_${line}\n`);
  });
});
