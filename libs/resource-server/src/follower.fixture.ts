import { spawnProcess, type Spawned } from '@portico/testing';
import { setTimeout as pause } from 'node:timers/promises';

/** What a follower says of a token. */
export interface Told {
  readonly state: 'live' | 'revoked' | 'unknown';
  readonly current: boolean;
  readonly stalenessMs: number;
}

/** A process that follows revocations and can be stopped. */
export interface Follower {
  readonly process: Spawned;
  readonly ask: (tokenId: string) => Promise<Told>;
}

/** Longer than the relay is silent. */
const quietMs = 600;

const at = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

const program = (source: string): string => `
  import { createServer } from 'node:http';
  import { connect } from '@nats-io/transport-node';
  const { natsRevocations, polledRevocations } = await import(${at('../dist/index.js')});
  const source = ${source};
  const server = createServer((request, response) => {
    const issuedAt = Math.floor(Date.now() / 1000) + 3600;
    const state = source.holds({ tokenId: request.url.slice(1), clientId: 'web', issuedAt });
    response.end(JSON.stringify({ state, current: source.isCurrent(), stalenessMs: source.stalenessMs() }));
  });
  server.listen(0, '127.0.0.1', () => console.log('ready: ' + server.address().port));
`;

/** Starts one, from the library as it was built; the source is an expression. */
export const startFollower = async (source: string): Promise<Follower> => {
  const cwd = new URL('.', import.meta.url).pathname;
  const spawned = spawnProcess(process.execPath, ['--input-type=module', '-e', program(source)], { cwd });
  const [, port] = /(\d+)$/.exec(await spawned.waitFor(/^ready: /, 20_000)) ?? [];
  return {
    process: spawned,
    ask: async (tokenId) => {
      const signal = AbortSignal.timeout(20_000);
      return (await (await fetch(`http://127.0.0.1:${port}/${tokenId}`, { signal })).json()) as Told;
    },
  };
};

/** How a follower is stopped: for so long after something was revoked, and how that is done. */
export interface Stop {
  readonly stoppedMs: number;
  readonly boundMs: number;
  readonly revoke: () => Promise<string>;
}

/**
 * Stops a follower, revokes, lets it go on and asks all the time: what it has said in error, that is live and current of what
 * had been revoked for longer than the bound when the question can have been looked at.
 */
export const saidInError = async ({ process, ask }: Follower, { stoppedMs, boundMs, revoke }: Stop) => {
  process.kill('SIGSTOP');
  // What is said in this time, and waits, is true now and no longer when it is read.
  await pause(quietMs);
  const id = await revoke();
  const revokedAt = performance.now();
  await pause(stoppedMs);
  const asked = Array.from({ length: 4 }, () => ask(id));
  await pause(20);
  const goesOnAt = performance.now();
  process.kill('SIGCONT');
  const answers = (await Promise.all(asked)).map((told) => ({ ...told, ageMs: goesOnAt - revokedAt }));
  while (performance.now() - revokedAt < Math.max(stoppedMs, boundMs) + 700) {
    const ageMs = performance.now() - revokedAt;
    answers.push({ ...(await ask(id)), ageMs });
  }
  return answers.filter(({ state, current, ageMs }) => state === 'live' && current && ageMs > boundMs);
};
