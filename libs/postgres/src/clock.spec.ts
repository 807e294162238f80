import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { databaseClock } from './clock.js';
import { closeDatabase, openDatabase, type Database } from './index.js';

let place: TestDatabase;
let database: Database;
beforeAll(async () => {
  place = await testDatabase();
  database = await openDatabase({ url: place.url, poolSize: 2, applicationName: 'clock.spec' });
});
afterAll(async () => {
  await closeDatabase(database);
  await place.remove();
});

it('a machine whose clock goes right keeps it', () => {
  expect(database.clock.aheadMs()).toBe(0);
  expect(Math.abs(database.clock.now() - Date.now() / 1000)).toBeLessThanOrEqual(1);
});

it.each([30_000, -30_000])('a machine whose clock is %d ms ahead goes by the database', async (aheadMs) => {
  const right = Date.now;
  Date.now = () => right() + aheadMs;
  try {
    const clock = await databaseClock(database.run);
    clock.stop();
    expect(Math.abs(clock.aheadMs() - aheadMs)).toBeLessThan(500);
    expect(Math.abs(clock.now() - right() / 1000)).toBeLessThan(1.5);
  } finally {
    Date.now = right;
  }
});
