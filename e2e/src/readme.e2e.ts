import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { httpBrowser } from './http-browser.js';
import { issuer, topology } from './provider.js';
import { secret } from './setup/declaration.js';

const root = new URL('../../', import.meta.url);

/** The snippet that the README tells people to run. */
const snippet = async (): Promise<string> => {
  const [, code] = /^```js\n([\s\S]*?)^```$/m.exec(await readFile(new URL('README.md', root), 'utf8')) ?? [];
  const file = new URL(`e2e/dist/readme-${topology}.mjs`, root).pathname;
  await writeFile(file, code!);
  return file;
};

it('the snippet of the README signs a person in', async () => {
  const port = topology === 'standalone' ? '9981' : '9982';
  const env = {
    PATH: process.env.PATH,
    ISSUER: issuer,
    CLIENT_ID: '5c9b079883e333d55a101083',
    CLIENT_SECRET: secret,
    PORT: port,
  };
  const child = spawn(process.execPath, [await snippet()], { env, timeout: 20_000, killSignal: 'SIGKILL' });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const url = new Promise<string>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const [, found] = /^Open (\S+)$/m.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const browser = httpBrowser();
  const landing = await browser.through(
    await browser.open(await Promise.race([url, ended.then(() => `failed: ${complaints}`)])),
  );
  const answer = await fetch(landing.url, { signal: AbortSignal.timeout(10_000) });
  expect(await answer.text()).toBe('Hello Anna Example');
  expect(await ended).toBe(0);
  expect(output).toContain("email: 'anna@example.test'");
});
