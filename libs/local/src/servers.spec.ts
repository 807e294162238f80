import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNats, startRedis, type OwnServer } from './servers.js';

let storeDir: string;
beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'portico-servers-'));
});
afterEach(() => rm(storeDir, { recursive: true }));

const servers: [name: string, start: (place: { storeDir: string }) => Promise<OwnServer>, ready: RegExp][] = [
  ['NATS', startNats, /Server is ready/g],
  ['Redis', startRedis, /Ready to accept connections/g],
];

it.each(servers)(
  'what %s says stands beside its data, over a restart, for its owner alone',
  async (_, start, ready) => {
    const file = join(storeDir, 'server.log');
    const times = async () => (await readFile(file, 'utf8')).match(ready)?.length;
    const server = await start({ storeDir });
    await server.kill();
    await server.restart();
    await server.stop();
    expect(await times()).toBe(2);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await (await start({ storeDir })).stop();
    expect(await times()).toBe(1);
  },
  30_000,
);
