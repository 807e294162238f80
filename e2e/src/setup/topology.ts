import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectInto } from './collector.js';
import { declaration } from './declaration.js';
import { discretion, type Discretion } from './discretion.js';
import { privateJwk } from './signing-key.js';
import { listenBetween, type Wire } from './wire.js';

/** A running provider, as the tests find it. */
export interface Running {
  readonly issuer: string;
  readonly dataDir: string;
}

interface Started extends Running {
  readonly child: ChildProcess;
  readonly wire: Wire;
  readonly discretion: Discretion;
}

const started: Started[] = [];
const root = new URL('../../../', import.meta.url).pathname;

// Below the ephemeral range, so that no outgoing connection takes it meanwhile.
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer()
        .once('error', () => resolve(false))
        .listen(port, '127.0.0.1', () =>
          server.close(() => resolve((server.address() as AddressInfo | null) === null)),
        );
    });
    if (free) return port;
  }
};

/**
 * Starts the provider as an operator would, with an environment of its own, and waits until it answers. Every secret that
 * goes in or out is heard; at the end none of them may stand in a log.
 */
export const start = async (
  command: readonly string[],
  more: Readonly<Record<string, string>> = {},
  { traced = false } = {},
): Promise<Running> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'portico-e2e-'));
  const file = join(dataDir, 'portico.yaml');
  await writeFile(file, JSON.stringify(declaration));
  const [port, behind] = [await freePort(), await freePort()];
  const issuer = `http://127.0.0.1:${port}/oidc`;
  const { PATH, HOME, LANG } = process.env;
  const settings = {
    PORTICO_PORT: String(behind),
    PORTICO_ISSUER: issuer,
    PORTICO_DATA_DIR: dataDir,
    PORTICO_CONFIG: file,
    PORTICO_DEMO: 'true',
    ...(traced ? { OTEL_EXPORTER_OTLP_ENDPOINT: await collectInto(join(dataDir, 'spans.jsonl')) } : {}),
    ...more,
  };
  const heard = discretion([declaration, privateJwk]);
  const wire = await listenBetween(port, behind, heard.hear);
  const log = createWriteStream(join(dataDir, 'provider.log'));
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH, HOME, LANG, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(log, { end: false });
  const running = { issuer, dataDir, child, wire, discretion: heard };
  started.push(running);
  await answering(running);
  return { issuer, dataDir };
};

const startDeadlineMs = 120_000;

/** It says itself when every part of it is ready. */
const answering = async ({ issuer, child, dataDir }: Started): Promise<void> => {
  const log = () => readFile(join(dataDir, 'provider.log'), 'utf8').catch(() => '');
  const giveUpAt = Date.now() + startDeadlineMs;
  while (Date.now() < giveUpAt && child.exitCode === null) {
    if ((await log()).includes('Portico is ready')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The provider did not answer at ${issuer}:\n${(await log()).slice(-5000)}`);
};

/** Ends what was started here, by its own pid. */
export const stopAll = async (): Promise<void> => {
  const ended = await Promise.allSettled(started.splice(0).map(stop));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
};

const stop = async ({ child, dataDir, wire, discretion }: Started): Promise<void> => {
  await discretion.lookAround(dataDir);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.kill('SIGTERM')) {
    const deadline = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await ended;
    clearTimeout(deadline);
  }
  await wire.end();
  await discretion.check(dataDir).finally(() => rm(dataDir, { recursive: true, force: true }));
};
