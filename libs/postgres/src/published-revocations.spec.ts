import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fact } from '@portico/contracts';
import { testDatabase } from '@portico/testing';
import { closeDatabase, migrate, openDatabase, outbox, publishedRevocations, type Database } from './index.js';

let database: Database;
let remove: () => Promise<void>;
beforeAll(async () => {
  const test = await testDatabase();
  ({ remove } = test);
  // Short, so that what takes time with the square of a fact's size fails.
  const options = { poolSize: 4, applicationName: 'published-revocations.spec', statementTimeoutMs: 2_000 };
  database = await openDatabase({ url: test.url, ...options });
  await migrate(database);
});
afterAll(async () => {
  await closeDatabase(database);
  await remove();
});

const append = ({ event, data }: Fact) =>
  database.run({ name: 'append', text: 'INSERT INTO outbox (event, data) VALUES ($1, $2)' }, [event, data]);
const publish = async () => {
  while ((await outbox(database).drain(() => Promise.resolve(), 1000)) !== 0);
};
const after = (position: string, limit = 1000) => publishedRevocations(database).after(position, limit);
const ended = (authorizationIds: string[], at = 1000): Fact => ({
  event: 'sessionEnded',
  data: { sid: 's', subject: 'p', reason: 'test', at, authorizationIds },
});

test('what is not published yet is not told, but that it waits; other facts neither', async () => {
  await append({ event: 'clientRevoked', data: { clientId: 'b', at: 2000 } });
  await append({ event: 'clientRevoked', data: { clientId: 'a', at: 1990 } });
  expect(await after('0')).toEqual({ facts: [], position: '0', more: false, waitingSince: 1990 });
  await publish();
  const page = await after('0');
  expect(page.facts.map(({ data }) => data)).toEqual([
    { clientId: 'b', at: 2000 },
    { clientId: 'a', at: 1990 },
  ]);
  expect(page).not.toHaveProperty('waitingSince');
});

test('large facts come on more pages, each smaller than a message of the bus; one that is larger alone comes alone', async () => {
  const { position } = await after('0');
  const ids = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}-${n}`.padEnd(36));
  const all = [ended(ids('a', 4000)), ended(ids('b', 4000)), ended(ids('c', 15_000)), ended(ids('d', 1))];
  for (const fact of all) await append(fact);
  await publish();
  const pages: unknown[][] = [];
  for (let [next, more] = [position, true]; more;) {
    const page = await after(next);
    pages.push([...page.facts]);
    ({ position: next, more } = page);
  }
  expect(pages.flat()).toEqual(all);
  expect(pages.map((page) => page.length)).toEqual([2, 1, 1]);
});
