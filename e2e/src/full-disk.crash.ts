import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { basic, freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/testing';
import { judge } from './judge.js';
import { secret } from './setup/declaration.js';

const root = new URL('../../', import.meta.url).pathname;

const client = {
  client_id: 'full-disk',
  client_secret: secret,
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scope: 'orders:read',
};

let folder: string;
let postgres: EmbeddedPostgres;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-disk-'));
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  await writeFile(join(folder, 'portico.yaml'), JSON.stringify({ clients: [client] }));
}, 60_000);
afterAll(async () => {
  children.forEach((child) => void child.kill('SIGKILL'));
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const restartPostgres = async (): Promise<void> => {
  const port = Number(new URL(postgres.url).port);
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), port });
};

describe('standalone: a disk that is full, for logs', () => {
  const standalone = async (stdio: readonly ['ignore', ...(number | 'pipe')[]]) => {
    const port = await freePort();
    const { PATH, HOME } = process.env;
    const own = { PORTICO_DATA_DIR: folder, PORTICO_CONFIG: join(folder, 'portico.yaml'), PORTICO_DEMO: 'false' };
    const env = { PATH, HOME, ...own, DATABASE_URL: postgres.url, PORTICO_PORT: String(port) };
    const child: ChildProcess = spawn(process.execPath, ['apps/standalone/dist/main.js'], {
      cwd: root,
      env,
      stdio: [...stdio],
    });
    children.push(child);
    const origin = `http://127.0.0.1:${port}`;
    for (const giveUpAt = Date.now() + 90_000; !(await fetch(`${origin}/health/ready`).catch(() => undefined))?.ok;) {
      if (Date.now() > giveUpAt || child.exitCode !== null) throw new Error('it did not start');
      await pause(50);
    }
    return { child, issuer: `${origin}/oidc` };
  };
  const tokensOf = async (issuer: string): Promise<number[]> => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' });
    const head = { method: 'POST', headers: basic(client.client_id, secret), body: form };
    const { seen, ask } = judge();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`${issuer}/token`, head)));
    expect(seen.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
    return answers.map(({ status }) => status);
  };
  const end = async (child: ChildProcess): Promise<unknown> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    return (await ended)[0];
  };
  const served = Array.from({ length: 20 }, () => 200);

  it('takes the log, and nothing else, as does a reader of the log that goes away; PostgreSQL may go meanwhile', async () => {
    const full = openSync('/dev/full', 'w');
    const [onFull, unread] = await Promise.all([
      standalone(['ignore', full, full]),
      standalone(['ignore', 'pipe', 'pipe']),
    ]);
    closeSync(full);
    unread.child.stdout?.destroy();
    unread.child.stderr?.destroy();
    await pause(100);
    for (const { issuer } of [onFull, unread]) expect(await tokensOf(issuer)).toEqual(served);
    process.kill(postgres.pid, 'SIGKILL');
    await pause(200);
    for (const { issuer } of [onFull, unread]) expect(await tokensOf(issuer)).toEqual(served.map(() => 503));
    await restartPostgres();
    for (const { issuer } of [onFull, unread]) expect(await tokensOf(issuer)).toEqual(served);
    expect(await Promise.all([onFull, unread].map(({ child }) => end(child)))).toEqual([0, 0]);
  }, 180_000);
});
