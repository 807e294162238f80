// Keeps one service running, as Kubernetes would.
import { createInterface } from 'node:readline';
import { end, startNode } from './children.js';

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const steadyMs = 30_000;
const drainMs = 12_000;

/**
 * Starts a service, and starts it again when it dies, after a pause that grows. One that has never been ready is not
 * tried again: its configuration is wrong.
 */
export const supervise = (name, { env, changed, ready, lost }) => {
  const service = { name, pid: undefined, health: undefined, stop };
  let child;
  let stopped = false;
  let hasBeenReady = false;
  let pauseMs = firstPauseMs;
  let timer;

  const say = (text) => console.log(`${name.padEnd(13)} | ${text}`);

  const start = () => {
    const begun = Date.now();
    child = startNode([`apps/${name}/dist/main.js`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    service.pid = child.pid;
    for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', read);
    child.once('exit', (code, signal) => died(code ?? signal, Date.now() - begun));
  };

  const read = (line) => {
    say(line);
    const health = line.includes('"ready"') && healthIn(line);
    if (!health) return;
    hasBeenReady = true;
    service.health = health;
    ready(service);
  };

  const died = (why, livedMs) => {
    service.health = undefined;
    if (stopped) return;
    if (!hasBeenReady) {
      say(`ended before it was ready (${why})`);
      lost();
      return;
    }
    if (livedMs > steadyMs) pauseMs = firstPauseMs;
    say(`died (${why}); starts again in ${pauseMs} ms`);
    timer = setTimeout(() => {
      start();
      changed();
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  };

  async function stop() {
    stopped = true;
    clearTimeout(timer);
    await end(child, drainMs);
  }

  start();
  return service;
};

const healthIn = (line) => {
  try {
    const { msg, health } = JSON.parse(line);
    return msg === 'ready' ? health : undefined;
  } catch {
    return undefined;
  }
};
