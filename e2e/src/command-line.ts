import { execFile } from 'node:child_process';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { provider } from './provider.js';
import { withoutToldOnce } from './setup/told-once.js';

interface Around {
  /** Of the provider beside which it runs. */
  readonly dataDir?: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const main = new URL('../../apps/portico/dist/main.js', import.meta.url).pathname;

/**
 * The command line, beside a running provider: what it prints. At the end no secret may stand in that either, but the one
 * that a command has just made.
 * @throws Error what it printed of errors
 */
export const portico = async (
  args: readonly string[],
  { dataDir = provider.dataDir, input = '', environment = {} }: Around = {},
): Promise<string> => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, PORTICO_DATA_DIR: dataDir, ...environment };
  const { stdout, stderr, failed } = await new Promise<{ stdout: string; stderr: string; failed: boolean }>(
    (resolve) => {
      const command = [main, ...args];
      const child = execFile(process.execPath, command, { env, timeout: 30_000 }, (error, stdout, stderr) =>
        resolve({ stdout, stderr, failed: error !== null }),
      );
      child.stdin?.on('error', () => undefined).end(input);
    },
  );
  await appendFile(join(dataDir, 'portico.log'), withoutToldOnce(args, stdout) + stderr);
  if (failed) throw new Error(stderr || stdout || 'it failed without a word');
  return stdout;
};
