import { beforeAll, describe, expect, it } from '@jest/globals';
import { build, run } from './processes.fixture.js';

beforeAll(() => build('token'), 120_000);

describe('a process whose settings do not fit', () => {
  it('tells every fault, one a line, and ends with 1 before it has opened anything', async () => {
    const service = run('token', {
      PORTICO_HEALTH_PORT: 'eighty',
      PORTICO_LOG_LEVEL: 'loud',
      PORTICO_LOGLEVEL: 'info',
      DATABASE_URL: 'mysql://127.0.0.1/portico',
      PORTICO_SECRET: 'too short, and never shown',
    });
    expect(await service.exited).toBe(1);
    const faults = service.lines.filter((line) => line.startsWith('  - '));
    for (const name of [
      'PORTICO_HEALTH_PORT',
      'PORTICO_LOG_LEVEL',
      'PORTICO_LOGLEVEL',
      'DATABASE_URL',
      'PORTICO_SECRET',
      'NATS_URL',
    ]) {
      expect(faults.filter((line) => line.startsWith(`  - ${name} `))).toHaveLength(1);
    }
    expect(service.lines.join('\n')).not.toContain('never shown');
  });

  it('tells what it cannot do without', async () => {
    const service = run('token', {});
    expect(await service.exited).toBe(1);
    expect(service.lines).toEqual([
      'The configuration does not fit:',
      '  - DATABASE_URL is required',
      '  - NATS_URL is required',
      '  - PORTICO_SECRET or PORTICO_SECRET_FILE is required',
    ]);
  });
});

it('a secret file that cannot be read is told in one line, and ends the process with 1', async () => {
  const service = run('token', {
    DATABASE_URL: 'postgres://portico@127.0.0.1:1/portico',
    NATS_URL: 'nats://127.0.0.1:1',
    PORTICO_SECRET_FILE: '/nowhere/secret',
  });
  expect(await service.exited).toBe(1);
  const [line] = service.lines;
  expect(JSON.parse(line!)).toMatchObject({
    level: 'fatal',
    service: 'token',
    err: { type: 'NoSecret', message: 'PORTICO_SECRET_FILE /nowhere/secret cannot be read' },
  });
});
