import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { findBinaries } from './embedded-postgres/binaries.js';
import { openCluster, openFolder, type Cluster } from './embedded-postgres/cluster.js';
import { endOrphan } from './embedded-postgres/orphan.js';
import { answers, spawnPostmaster, type Postmaster, type StartOptions } from './embedded-postgres/postmaster.js';
import { runAsFor } from './embedded-postgres/run-as.js';
import { freePort } from './servers.js';

const startDeadlineMs = 60_000;

export type EmbeddedPostgresOptions = {
  /** 0 or absent: a free one. */
  readonly port?: number;
  readonly log?: (line: string) => void;
} & (
  | { /** Kept across restarts: data, password, log. */ readonly dataDir: string; readonly ephemeral?: false }
  | {
      /** For tests: fast, careless; its folder, a temporary one where none is named, goes with it. */ readonly ephemeral: true;
      readonly dataDir?: string;
    }
);

export interface EmbeddedPostgres {
  /** `postgres://portico:<password>@127.0.0.1:<port>/portico` */
  readonly url: string;
  readonly pid: number;
  /** Fast shutdown: open transactions roll back; killed where that takes too long. */
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL from npm, on 127.0.0.1 only. As root it runs as `nobody`. It ends when this process ends, however
 * that happens; one that outlived a killed process is stopped before the next starts on the same folder.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { port: wanted = 0, log = () => undefined } = options;
  const ephemeral = options.ephemeral === true;
  const folder = await openFolder(options.dataDir);
  const runAs = await runAsFor(folder);
  const binaries = await findBinaries(runAs);
  const cluster = await openCluster(folder, { binaries, runAs, sync: !ephemeral });
  await endOrphan(cluster.data);
  const { postmaster, port } = await start(cluster, wanted, { binaries, runAs, ephemeral });
  log(`PostgreSQL runs on 127.0.0.1:${port} as process ${postmaster.pid}; its data and log are in ${folder}`);
  const url = `postgres://portico:${cluster.password}@127.0.0.1:${port}/portico`;
  const stop = async () => {
    await postmaster.stop();
    if (ephemeral) await rm(folder, { recursive: true, force: true });
  };
  let stopped: Promise<void> | undefined;
  return { url, pid: postmaster.pid, stop: () => (stopped ??= stop()) };
};

/** Again where a free port was taken meanwhile, or where the last processes of a killed PostgreSQL are still going. */
const start = async (
  cluster: Cluster,
  wanted: number,
  options: Omit<StartOptions, 'port'>,
): Promise<{ postmaster: Postmaster; port: number }> => {
  const until = Date.now() + startDeadlineMs;
  for (;;) {
    const port = wanted || (await freePort());
    const postmaster = spawnPostmaster(cluster, { ...options, port });
    const failure = await untilReady(postmaster, { cluster, port, until });
    if (failure === undefined) return { postmaster, port };
    const passes = failure.includes('still in use') || (wanted === 0 && failure.includes('Address already in use'));
    if (!passes || Date.now() > until) throw new Error(`PostgreSQL did not start:\n${failure}`);
    await pause(200);
  }
};

const untilReady = async (
  postmaster: Postmaster,
  { cluster, port, until }: { cluster: Cluster; port: number; until: number },
): Promise<string | undefined> => {
  while (Date.now() < until) {
    const ended = postmaster.ended();
    if (ended) return ended;
    if ((await answers(cluster, port)) && !postmaster.ended()) return undefined;
    await pause(20);
  }
  await postmaster.stop();
  return `it was not ready after ${startDeadlineMs} ms`;
};
