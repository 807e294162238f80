import { expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { slowClients } from './slow-clients.js';

const taking = (ms: number) => () => pause(ms, 'done');

it('a client that answers at once has every place', async () => {
  const { run } = slowClients({ slowMs: 40, places: 2 });
  await run('quick', taking(0));
  const answers = await Promise.all(Array.from({ length: 20 }, () => run('quick', taking(1))));
  expect(answers).toEqual(answers.map(() => ({ answer: 'done' })));
});

it('one that hangs has few, until it answers at once again; the others are not touched', async () => {
  const { run } = slowClients({ slowMs: 40, places: 2 });
  await Promise.all(Array.from({ length: 10 }, () => run('hanging', taking(60))));
  const hanging = Array.from({ length: 10 }, () => run('hanging', taking(60)));
  expect(await run('quick', taking(0))).toEqual({ answer: 'done' });
  expect((await Promise.all(hanging)).filter(Boolean)).toHaveLength(2);
  await run('hanging', taking(0));
  const again = await Promise.all(Array.from({ length: 10 }, () => run('hanging', taking(1))));
  expect(again.filter(Boolean)).toHaveLength(10);
});

it('work that throws leaves its place', async () => {
  const { run } = slowClients({ slowMs: 0, places: 1 });
  for (let times = 0; times < 3; times += 1)
    await expect(run('broken', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
