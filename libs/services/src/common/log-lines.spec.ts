import { afterEach, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logLines } from './log-lines.js';

const opened: number[] = [];
const open = (path: string, flags: number): number => {
  const file = openSync(path, flags);
  opened.push(file);
  return file;
};
afterEach(() => opened.splice(0).forEach((file) => closeSync(file)));

const droppedLine = (count: number): string => `${count} dropped\n`;

it('a full disk drops lines and ends nothing', () => {
  const lines = logLines(open('/dev/full', constants.O_WRONLY), droppedLine);
  for (let count = 0; count < 100; count += 1) expect(() => lines.write('a line\n')).not.toThrow();
});

it('a pipe that nobody reads is waited for once; read again, it tells how many lines are missing, none begins in another', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const reader = open(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = open(join(folder, 'pipe'), constants.O_WRONLY | constants.O_NONBLOCK);
  rmSync(folder, { recursive: true });
  const lines = logLines(writer, droppedLine);
  const begun = performance.now();
  // 7 bytes do not fit 64 KiB evenly.
  for (let count = 0; count < 20_000; count += 1) lines.write(`${String(count).padStart(6, '0')}\n`);
  expect(performance.now() - begun).toBeLessThan(10_000);
  const read = (): string => {
    const bytes = Buffer.alloc(1_000_000);
    return bytes.toString('utf8', 0, readSync(reader, bytes));
  };
  const before = read();
  lines.write('at last\n');
  const [after = '', ...more] = (before + read()).split('\n').slice(-4);
  expect(after).toMatch(/^\d{6}$/);
  expect(more).toEqual([`${20_000 - 1 - Number(after)} dropped`, 'at last', '']);
});

it('a pipe without a reader ends nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portico-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const reader = openSync(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
  const lines = logLines(open(join(folder, 'pipe'), constants.O_WRONLY), droppedLine);
  closeSync(reader);
  rmSync(folder, { recursive: true });
  for (let count = 0; count < 100; count += 1) expect(() => lines.write('a line\n')).not.toThrow();
});
