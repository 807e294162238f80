import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

const here = new URL('.', import.meta.url).pathname;
const guide = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

/** What comes after the first name differs from part to part; what is put together by table ends in `…`. */
const nameOf = (text: string): string => text.replace(/ .*$/, '').replace(/\$\{.*$/, '…');

const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.includes('fixture'),
);
const namesIn = (text: string): string[] =>
  [...text.matchAll(/\bname: ['`]([a-z_-]+\.[^'`]+)['`]/g)].map(([, name = '']) => nameOf(name));
const statements = new Set(sources.flatMap((file) => namesIn(readFileSync(`${here}${file}`, 'utf8'))));

const rows = guide
  .slice(guide.indexOf('This is every statement there is'))
  .split('\n\n')[1]!
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()));
const inGuide = rows.flatMap(([, names = '']) => [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

test('the names of statements are found', () => {
  const text = "name: 'a.b-c', name: `tokens.find ${suffix(parts)}` name: `seals.read-${table}` name: 'secret_hash'";
  expect(namesIn(text)).toEqual(['a.b-c', 'tokens.find', 'seals.read-…']);
  expect(statements.size).toBeGreaterThan(70);
});

test('the guide says of every statement to which shard it goes, once, and of no other', () => {
  expect([...inGuide].sort()).toEqual([...statements].sort());
  for (const [, , touched, database, needs] of rows)
    for (const cell of [touched, database, needs]) expect(cell).toMatch(/\w/);
});

test('whatever writes to the audit log or the outbox is said to', () => {
  const begin = rows.find(([, names]) => names?.includes('`tokens.begin`'));
  for (const table of ['outbox', 'audit_events']) expect(begin?.[2]).toContain(table);
});
