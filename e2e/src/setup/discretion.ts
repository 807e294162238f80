import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import pg from 'pg';
import { indiscreetUrlsIn, leaksIn, secretsIn, secretsOf, type Secret } from './secrets.js';

/** Remembers every secret that was heard, and looks for them where none belongs. */
export interface Discretion {
  readonly hear: (message: string) => void;
  /** While the provider still runs: its numbers, and the facts it tells. */
  readonly lookAround: (dataDir: string) => Promise<void>;
  /** @throws Error what stands where, without the secret itself */
  readonly check: (dataDir: string) => Promise<void>;
}

/** Begins to listen; of what an operator has written down, every secret is known. */
export const discretion = (written: unknown): Discretion => {
  const secrets = new Map<string, Secret>();
  const urls = new Set<string>();
  const texts = new Map<string, string>();
  const add = (secret: Secret): unknown => secrets.set(secret.value, secret);
  secretsOf(written).forEach(add);
  return {
    hear: (message) => {
      secretsIn(message).forEach(add);
      for (const url of indiscreetUrlsIn(message)) urls.add(url);
    },
    lookAround: async (dataDir) => {
      for (const [place, text] of [...(await metricsOf(dataDir)), ...(await outboxOf(dataDir))]) texts.set(place, text);
    },
    check: async (dataDir) => {
      for (const secret of await secretsOfInstallation(dataDir)) add(secret);
      for (const [place, text] of await writtenIn(dataDir)) texts.set(place, text);
      const leaks = [...texts].flatMap(([place, text]) =>
        leaksIn(text, secrets.values()).map((leak) => `${place}: ${leak}`),
      );
      if (leaks.length + urls.size > 0)
        throw new Error(`secrets where none belongs:\n${[...leaks, ...urls].slice(0, 20).join('\n')}`);
    },
  };
};

type Text = readonly [place: string, text: string];

const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

const secretsOfInstallation = async (dataDir: string): Promise<Secret[]> => {
  const files = { PORTICO_SECRET: 'secret', 'password of PostgreSQL': 'postgres/password' };
  const all = Object.entries(files).map(async ([what, file]) => ({
    what,
    value: (await textOf(join(dataDir, file))).trim(),
  }));
  return (await Promise.all(all)).filter(({ value }) => value !== '');
};

/**
 * What the processes, the command line and PostgreSQL have said, the spans they have sent, and the files of NATS and Redis:
 * events, jobs, and what those servers said.
 */
const writtenIn = async (dataDir: string): Promise<Text[]> => {
  const files = [
    'provider.log',
    'portico.log',
    'spans.jsonl',
    'postgres/postgres.log',
    ...(await filesIn(dataDir, 'nats')),
    ...(await filesIn(dataDir, 'redis')),
  ];
  return Promise.all(files.map(async (file) => [file, await textOf(join(dataDir, file))] as const));
};

const filesIn = async (dataDir: string, folder: string): Promise<string[]> => {
  const entries = await readdir(join(dataDir, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dataDir, join(entry.parentPath, entry.name)));
};

/** Every process says in its log where its probes are, and its numbers beside them. */
const metricsOf = async (dataDir: string): Promise<Text[]> => {
  const log = await textOf(join(dataDir, 'provider.log'));
  const places = new Set([...log.matchAll(/"health":"(http[^"]+)"/g)].map(([, place = '']) => `${place}/metrics`));
  return Promise.all(
    [...places].map(async (place) => {
      // One that was killed is no longer there.
      const answer = await fetch(place, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
      return [place, answer?.ok ? await answer.text() : ''] as const;
    }),
  );
};

/** The facts as they were written, also those that were published long ago. */
const outboxOf = async (dataDir: string): Promise<Text[]> => {
  const password = (await textOf(join(dataDir, 'postgres/password'))).trim();
  const [, , , port] = (await textOf(join(dataDir, 'postgres/data/postmaster.pid'))).split('\n');
  if (!password || !port) return [];
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'portico',
    password,
    database: 'portico',
  });
  try {
    await client.connect();
    const { rows } = await client.query<{ text: string }>('SELECT to_jsonb(o)::text AS text FROM outbox o');
    return [['outbox', rows.map(({ text }) => text).join('\n')]];
  } catch {
    return []; // it was killed by a test
  } finally {
    await client.end().catch(() => undefined);
  }
};
