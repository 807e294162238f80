import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from './setup/topology.js';
import { supervised } from './supervised.js';

/** What a service tells of how old its answers from memory are, in seconds. */
export interface Currency {
  readonly current: number;
  readonly staleness: number;
  readonly max: number;
}

export const isWithin = ({ current, staleness, max }: Currency): boolean => current === 0 || staleness <= max;

/** What the services of a provider tell of themselves in numbers. */
export const told = (running: () => Running) => {
  const { services } = supervised(running);
  const metricsOf = async (service: string): Promise<string> => {
    const { health } = (await services())[service] ?? {};
    return (await fetch(`${String(health)}/metrics`)).text();
  };
  const untilCurrent = async (): Promise<void> => {
    for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt;) {
      await pause(50);
      const all = await Promise.all(['introspection', 'userinfo'].map((service) => metricsOf(service).catch(() => '')));
      if (all.every((text) => text.includes('\nportico_revocation_current 1\n'))) return;
    }
    throw new Error('the services did not become current');
  };

  const currencyOf = async (service: string): Promise<Currency> => {
    const text = await metricsOf(service);
    const number = (name: string): number => {
      const [, value = 'NaN'] = new RegExp(`\nportico_revocation_${name} (\\S+)\n`).exec(text) ?? [];
      return value === '+Inf' ? Infinity : Number(value);
    };
    return { current: number('current'), staleness: number('staleness_seconds'), max: number('staleness_max_seconds') };
  };
  const currencies = () => Promise.all(['introspection', 'userinfo'].map(currencyOf));
  /** What both services said all the while. */
  const saidWhile = async (work: () => Promise<void>): Promise<readonly Currency[]> => {
    const said: Currency[] = [];
    let isDone = false;
    const watch = async (): Promise<void> => {
      while (!isDone) {
        said.push(...(await currencies()));
        await pause(20);
      }
    };
    const watched = watch();
    watched.catch(() => undefined);
    await work().finally(() => (isDone = true));
    await watched;
    return said;
  };
  return { metricsOf, untilCurrent, currencies, saidWhile };
};
