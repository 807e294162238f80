import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from './setup/topology.js';

type Services = Readonly<Record<string, { readonly pid: number; readonly health?: string }>>;

/** The services of a provider, as whoever keeps them running notes them. */
export const supervised = (provider: () => Pick<Running, 'dataDir'>) => {
  const services = async () =>
    JSON.parse(await readFile(join(provider().dataDir, 'services.json'), 'utf8')) as Services;
  /** Waits until another process than this one is there and ready. */
  const restarted = async (service: string, before: number): Promise<void> => {
    for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt;) {
      await pause(50);
      const { pid = before, health } = (await services())[service] ?? {};
      if (pid === before || health === undefined) continue;
      if ((await fetch(`${health}/health/ready`).catch(() => undefined))?.ok) return;
    }
    throw new Error(`${service} did not come back`);
  };
  return { services, restarted };
};
