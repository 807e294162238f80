import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, spawnProcess } from '@portico/testing';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addKey, claimsOf, newProvider, signed } from './provider.fixture.js';

const run = promisify(execFile);
const library = new URL('..', import.meta.url).pathname;
const root = new URL('../../..', import.meta.url).pathname;

let folder: string;
let installed: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portico-package-'));
  installed = join(folder, 'node_modules/@portico/resource-server');
  await mkdir(installed, { recursive: true });
  // As npm packs it for whoever installs it: with what is built, from the folder as it is.
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: library });
  const [, filename = ''] = /"filename": "([^"]+)"/.exec(stdout) ?? [];
  await run('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', installed]);
  await link('jose');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What npm would have installed beside it. */
const link = async (name: string): Promise<void> => {
  const at = join(folder, 'node_modules', name);
  await mkdir(join(at, '..'), { recursive: true });
  await symlink(join(root, 'node_modules', name), at);
};
const evaluated = async (code: string): Promise<string> =>
  (await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, timeout: 30_000 })).stdout.trim();
const manifest = async () =>
  JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<string, Record<string, unknown>>;

describe('the package @portico/resource-server', () => {
  it('holds what it says, and no test, fixture or source', async () => {
    const files = (await readdir(installed, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
    const odd = files.filter((file) => !/^(package\.json|README\.md|dist\/[\w/-]+(\.js|\.d\.ts))$/.test(file));
    expect(odd.concat(files.filter((file) => /spec|fixture|suite|^src/.test(file)))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['README.md', 'dist/index.js', 'dist/index.d.ts', 'dist/nest/index.js']),
    );
  });

  it('wants nothing that only this repository has, and only jose in any case', async () => {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta, private: isPrivate } = await manifest();
    expect(isPrivate).toBeUndefined();
    expect(Object.keys(dependencies)).toEqual(['jose']);
    expect(Object.keys(peerDependencies)).not.toContainEqual(expect.stringMatching(/^@portico/));
    const optional = Object.keys(peerDependencies).map((name) => [name, { optional: true }]);
    expect(peerDependenciesMeta).toEqual(Object.fromEntries(optional));
    const text = await run('grep', ['-rhoE', `from '[^.'][^']*'`, join(installed, 'dist')]);
    const wanted = new Set(text.stdout.trim().split('\n'));
    for (const own of ['node:', '#revocation', 'jose', '@nestjs/common'])
      for (const one of wanted) if (one.startsWith(`from '${own}`)) wanted.delete(one);
    expect([...wanted]).toEqual([]);
  });

  it('is imported without Nest, and the guard with it', async () => {
    const names = await evaluated(`console.log(Object.keys(await import('@portico/resource-server')).join())`);
    expect(names.split(',')).toEqual(
      expect.arrayContaining(['natsRevocations', 'polledRevocations', 'resourceServer']),
    );
    const guard = `console.log(Object.keys(await import('@portico/resource-server/nest')).sort().join())`;
    await expect(evaluated(guard)).rejects.toThrow(/ERR_MODULE_NOT_FOUND[^]*@nestjs\/common|@nestjs\/common/);
    for (const name of ['@nestjs/common', 'reflect-metadata', 'rxjs']) await link(name);
    expect(await evaluated(guard)).toBe('BearerGuard,RESOURCE_SERVER,RequiredScope,Token');
  });

  it('has its types with it', async () => {
    for (const name of ['@types/node', '@nestjs/common', 'rxjs']) await link(name).catch(() => undefined);
    const code = `
      import { natsRevocations, resourceServer, type RevocationSource } from '@portico/resource-server';
      import { BearerGuard } from '@portico/resource-server/nest';
      const source: RevocationSource = natsRevocations({} as never);
      const state: 'live' | 'revoked' | 'unknown' = source.holds({ tokenId: 'a.b', clientId: 'web', issuedAt: 1 });
      // @ts-expect-error an issuer is needed
      resourceServer({ audience: state });
      new BearerGuard(resourceServer({ issuer: 'https://id.example.com', audience: 'web' }));`;
    await writeFile(join(folder, 'consumer.ts'), code);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    await run(process.execPath, [join(root, 'node_modules/tsc7/bin/tsc'), ...options, 'consumer.ts'], { cwd: folder });
  }, 60_000);

  it('does what its README shows', async () => {
    const provider = await newProvider();
    const key = await addKey(provider, 'RS256');
    const at = Math.floor(Date.now() / 1000);
    const revocations = [{ event: 'tokenRevoked', data: { tokenId: 'auth.gone', at } }];
    const more = { cursor: `${at}.1`, complete_since: at - 86_400, behind_seconds: 0, more: false };
    provider.answers['/oidc/token/revocations'] = { revocations, ...more };
    const tokenOf = (jti: string, scope = 'orders:read') => {
      const times = { iat: at - 600, exp: at + 600 };
      return signed({ ...claimsOf(provider.issuer), ...times, aud: 'orders-web', jti, scope }, key, { alg: 'RS256' });
    };
    const port = String(await freePort());
    const [, shown = ''] = /^```js\n([^]*?)^```$/m.exec(await readFile(join(installed, 'README.md'), 'utf8')) ?? [];
    const code = shown.replace('https://id.example.com/oidc', provider.issuer).replaceAll('4000', port);
    await writeFile(join(folder, 'api.js'), code);
    const api = spawnProcess(process.execPath, ['api.js'], { cwd: folder, environment: { CLIENT_SECRET: 'secret' } });
    try {
      const url = await api.waitFor(/^http:/, 20_000);
      const statusOf = async (token?: string) =>
        (await fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })).status;
      while ((await statusOf(await tokenOf('auth.one'))) === 503)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const tokens = [undefined, 'no.jwt', await tokenOf('auth.one', 'openid'), await tokenOf('auth.gone')];
      expect(await Promise.all([await tokenOf('auth.one'), ...tokens].map(statusOf))).toEqual([
        200, 401, 401, 403, 401,
      ]);
    } finally {
      await api.stop(5_000);
      await provider.stop();
    }
  }, 60_000);
});
