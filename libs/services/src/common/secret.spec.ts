import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@portico/config';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seal, unseal } from '@portico/jwt';
import { firstKeysOf, installationSecret, ownSecret, sealKeysOf, withPrevious } from './secret.js';

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

describe('while the secret changes', () => {
  const before = 'the secret before, for tests, of 32 and more';
  const secretsOf = async (settings: Record<string, string>) => {
    const config = loadConfig({ PORTICO_SECRET: given, ...settings });
    return withPrevious(await installationSecret(config), config);
  };

  it('the one before comes from the environment or from a file, and opens; the new one seals', async () => {
    await writeFile(join(folder, 'before'), `${before}\n`);
    const old = sealKeysOf(await secretsOf({ PORTICO_SECRET: before }));
    for (const settings of [
      { PORTICO_SECRET_PREVIOUS: before },
      { PORTICO_SECRET_PREVIOUS_FILE: join(folder, 'before') },
    ]) {
      const both = sealKeysOf(await secretsOf(settings));
      for (const by of ['keys', 'clientSecrets'] as const) {
        expect(unseal(seal('text', 'kid', old[by]), 'kid', both[by])).toBe('text');
        expect(unseal(seal('text', 'kid', both[by]), 'kid', sealKeysOf(await secretsOf({}))[by])).toBe('text');
      }
    }
  });

  it('what an installation keeps for ever comes from the one that it had first', async () => {
    const first = firstKeysOf(await secretsOf({ PORTICO_SECRET: before }));
    expect(firstKeysOf(await secretsOf({ PORTICO_SECRET_PREVIOUS: before }))).toEqual(first);
    expect(firstKeysOf(await secretsOf({}))).not.toEqual(first);
  });

  it('one that is too short or unreadable is refused by its own name', async () => {
    await writeFile(join(folder, 'short'), 'hunter2');
    const file = (name: string) => secretsOf({ PORTICO_SECRET_PREVIOUS_FILE: join(folder, name) });
    await expect(file('none')).rejects.toThrow(/^PORTICO_SECRET_PREVIOUS_FILE .* cannot be read/);
    await expect(file('short')).rejects.toThrow(/^((?!hunter2).)*fewer than 32/);
    expect(() => loadConfig({ PORTICO_SECRET_PREVIOUS: 'short' })).toThrow('at least 32');
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
