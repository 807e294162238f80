import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnProcess, type Spawned } from '@portico/testing';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';

const root = new URL('../', import.meta.url).pathname;
const run = (script: string, environment: Record<string, string>, ...args: string[]): Spawned =>
  spawnProcess(process.execPath, [`docker/${script}`, ...args], { cwd: root, environment });

describe('the entry of the image', () => {
  it('is no service unless APP names one, and says which there are', async () => {
    for (const APP of ['', 'nobody', '../apps/token', '.']) {
      const entry = run('entry.js', { APP });
      expect(await entry.exited).toBe(64);
      for (const app of readdirSync(`${root}apps`)) expect(entry.lines.join('\n')).toContain(app);
    }
  });

  it('is the command line as well, arguments and exit code included', async () => {
    const help = run('entry.js', { APP: 'portico' }, 'help');
    expect(await help.exited).toBe(0);
    expect(help.lines.join('\n')).toContain('migrate');
    expect(await run('entry.js', { APP: 'portico' }, 'no-such-command').exited).toBe(2);
  });

  it('is the service itself: what is wrong with its settings it says, and ends', async () => {
    const gateway = run('entry.js', { APP: 'gateway', PORTICO_TYPO: 'x' });
    expect(await gateway.exited).toBe(1);
    expect(gateway.lines).toContain('  - PORTICO_TYPO is not a setting of Portico');
  });

  it('ends in good order while it still waits for others', async () => {
    const settings = { APP: 'gateway', NATS_URL: 'nats://127.0.0.1:9', PORTICO_LOG_LEVEL: 'info' };
    const gateway = run('entry.js', settings);
    setTimeout(() => gateway.kill('SIGTERM'), 2_500);
    expect(await gateway.exited).toBe(0);
  });
});

describe('the health check of the image', () => {
  let server: Server;
  let port: string;
  let status = 200;
  const asked: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = String((server.address() as AddressInfo).port);
  });
  afterAll(() => void server.close());

  it('asks the probes of the service, each where it has them', async () => {
    expect(await run('health.js', { APP: 'token', PORTICO_HEALTH_PORT: port }).exited).toBe(0);
    expect(await run('health.js', { APP: 'gateway', PORTICO_PORT: port }, 'ready').exited).toBe(0);
    expect(asked).toEqual(['/health/live', '/health/ready']);
  });

  it('tells when a service is not well, or is not there', async () => {
    status = 503;
    expect(await run('health.js', { APP: 'token', PORTICO_HEALTH_PORT: port }, 'ready').exited).toBe(1);
    expect(await run('health.js', { APP: 'token', PORTICO_HEALTH_PORT: '9' }).exited).toBe(1);
  });
});
