import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeclarationError } from '@portico/admin';
import { systemClock } from '@portico/endpoint';
import { memoryStores } from '@portico/local';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { argon2Passwords } from '../common/passwords.js';
import { readDocument } from '../common/read-document.js';
import { applyFile } from './apply-file.js';

const example = fileURLToPath(new URL('../../../../portico.example.yaml', import.meta.url));
const passwords = argon2Passwords();
const clientSecretKey = () => Promise.resolve(new Uint8Array(32));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-apply-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const setUp = () => {
  const stores = memoryStores();
  return {
    stores,
    needs: { registrations: stores.registrations, passwords, clientSecretKey, readDocument, clock: systemClock },
  };
};

const written = async (text: string): Promise<string> => {
  const path = join(folder, 'portico.yaml');
  await writeFile(path, text);
  return path;
};

const faultsOf = async (path: string): Promise<string[]> => {
  const { needs, stores } = setUp();
  try {
    await applyFile(path, needs);
  } catch (error) {
    expect(await stores.registrations.clients()).toEqual([]);
    if (error instanceof DeclarationError) return error.faults.map(({ path: at, message }) => `${at}: ${message}`);
    throw error;
  }
  return [];
};

test('portico.example.yaml is applied, and a second time changes nothing', async () => {
  const { needs, stores } = setUp();
  const first = await applyFile(example, needs);
  expect(first.map(({ change }) => change)).toEqual(Array.from({ length: 5 }, () => 'created'));
  const second = await applyFile(example, needs);
  expect(second).toEqual(first.map((change) => ({ ...change, change: 'unchanged' })));
  const alice = await stores.accounts.findByIdentifier('alice@example.test');
  expect(await passwords.verify('correct horse battery staple', alice?.passwordHash)).toBe(true);
  expect((await stores.clients.find('5c9b079883e333d55a101082'))?.metadata.client_name).toBe('Example');
});

test('files that it names stand beside it', async () => {
  const { needs, stores } = setUp();
  await writeFile(join(folder, 'web.secret'), 'from beside\n');
  await applyFile(
    await written(`clients:
  - { client_id: web, client_secret_file: web.secret, redirect_uris: ['https://rp.example/cb'] }`),
    needs,
  );
  const [secret] = (await stores.clients.find('web'))?.secrets ?? [];
  expect(await passwords.verify('from beside', secret?.hash)).toBe(true);
});

test('a file that is not there', async () => {
  const path = join(folder, 'nowhere.yaml');
  expect(await faultsOf(path)).toEqual([`${path}: cannot be read (ENOENT)`]);
});

describe('YAML 1.2', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x]', ...Array.from('bcdefgh')].map((line, index, all) => {
    if (index === 0) return line;
    const before = index === 1 ? 'a' : all[index - 1]!;
    return `${line}: &${line} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
  });
  const table: [title: string, text: string, fault: string][] = [
    ['a key twice', 'clients: []\nclients: []\n', 'line 2, column 1: the same key stands twice in one mapping'],
    ['two documents', 'clients: []\n---\nclients: []\n', 'line 2, column 1: there is more than one document'],
    ['a tag', 'clients: !secret hunter2\n', 'line 1, column 10: a tag has no meaning here'],
    ['aliases that multiply', laughs.join('\n'), ': an alias names no anchor, or aliases multiply'],
    ['an alias without an anchor', 'clients: *nobody\n', ': an alias names no anchor, or aliases multiply'],
    ['an empty file', '', ': must be a mapping'],
    ['a file too long', `# ${'x'.repeat(4_194_304)}`, ': the file is too long'],
  ];
  test.each(table)('%s', async (_title, text, fault) => {
    expect(await faultsOf(await written(text))).toContain(fault);
  });

  test('a fault of the notation has its place, and no secret of its line', async () => {
    const faults = await faultsOf(await written('accounts:\n  - username: alice\n    password: "hunter2\n'));
    expect(faults[0]).toMatch(/^line \d+, column \d+: /);
    expect(faults.join()).not.toContain('hunter2');
  });

  test('what looks like a number is told to be put between quotes', async () => {
    expect(await faultsOf(await written('accounts: [{ username: 12345, password: 1e9 }]'))).toEqual([
      'accounts[0].username: must be a text (put it between quotes)',
      'accounts[0].password: must be a text (put it between quotes)',
    ]);
  });
});
