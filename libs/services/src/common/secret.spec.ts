import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@portico/config';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installationSecret, ownSecret } from './secret.js';

const given = 'a secret of the installation, for tests';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const read = async (settings: Record<string, string>) => (await installationSecret(loadConfig(settings))).reveal();

describe('the secret of the installation', () => {
  it('comes from the environment, or from a file without the newline at its end', async () => {
    expect(await read({ PORTICO_SECRET: given })).toBe(given);
    await writeFile(join(folder, 'file'), `${given}\n`);
    expect(await read({ PORTICO_SECRET_FILE: join(folder, 'file') })).toBe(given);
  });

  it('is refused where it is missing, unreadable or too short, and never shown', async () => {
    await writeFile(join(folder, 'short'), 'hunter2');
    await expect(read({})).rejects.toThrow('PORTICO_SECRET or PORTICO_SECRET_FILE is required');
    await expect(read({ PORTICO_SECRET_FILE: join(folder, 'none') })).rejects.toThrow('cannot be read');
    await expect(read({ PORTICO_SECRET_FILE: join(folder, 'short') })).rejects.toThrow(/^((?!hunter2).)*fewer than 32/);
  });
});

describe('on a laptop', () => {
  it('it is made once, for the owner alone, however many start at once', async () => {
    const config = loadConfig({ PORTICO_DATA_DIR: join(folder, 'data') });
    const secrets = await Promise.all(Array.from({ length: 10 }, () => ownSecret(config)));
    secrets.push(await ownSecret(config));
    expect(new Set(secrets.map((secret) => secret.reveal())).size).toBe(1);
    expect(secrets[0]!.reveal().length).toBeGreaterThanOrEqual(32);
    expect((await stat(join(folder, 'data/secret'))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'data'))).toEqual(['secret']);
  });
});
