import { expect, jest, test } from '@jest/globals';
import { standardSettings } from '@portico/config';
import { memoryStores } from '@portico/local';
import pino from 'pino';
import { heldSettings } from './settings.js';

test('settings are followed within seconds until the process ends', async () => {
  jest.useFakeTimers();
  const { registrations } = memoryStores();
  const closers: (() => Promise<unknown>)[] = [];
  const held = heldSettings(registrations);
  await held.follow({ log: pino({ level: 'silent' }), atEnd: (close) => void closers.push(close) });
  expect(held.current()).toEqual(standardSettings);

  await registrations.save([], [], { session_lifetime: 100 });
  await jest.advanceTimersByTimeAsync(5_000);
  expect(held.current()).toEqual({ ...standardSettings, session_lifetime: 100 });

  await Promise.all(closers.map((close) => close()));
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});
