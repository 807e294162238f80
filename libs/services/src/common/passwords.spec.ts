import { describe, expect, test } from '@jest/globals';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { argon2Passwords, Busy, PasswordTooLong } from './passwords.js';

const password = 'correct horse battery staple';

describe('argon2Passwords', () => {
  test('RFC 9106: argon2id at the cost that OWASP asks for, salted', async () => {
    const passwords = argon2Passwords();
    const [one, other] = await Promise.all([passwords.hash(password), passwords.hash(password)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await passwords.verify(password, one)).toBe(true);
    expect(await passwords.verify(`${password} `, one)).toBe(false);
    expect(await passwords.verify('', one)).toBe(false);
  });

  test('an absent hash never fits, and costs what a wrong password costs', async () => {
    const passwords = argon2Passwords();
    const stored = await passwords.hash(password);
    const msOf = async (kept: string | undefined): Promise<number> => {
      const start = performance.now();
      expect(await passwords.verify('wrong', kept)).toBe(false);
      return performance.now() - start;
    };
    // In turns: what else the machine does falls on both alike.
    const times: { wrong: number; absent: number }[] = [];
    for (let round = 0; round < 31; round += 1)
      times.push({ wrong: await msOf(stored), absent: await msOf(undefined) });
    const median = (of: 'wrong' | 'absent'): number => times.map((one) => one[of]).sort((x, y) => x - y)[15] ?? 0;
    const [wrong, absent] = [median('wrong'), median('absent')];
    expect(absent).toBeGreaterThan(wrong / 2);
    expect(absent).toBeLessThan(wrong * 2);
  });

  test('a password over 1024 bytes is refused before it is hashed', async () => {
    const passwords = argon2Passwords({ running: 1, waiting: 0 });
    const busy = passwords.hash(password);
    await expect(passwords.hash('ä'.repeat(513))).rejects.toThrow(PasswordTooLong);
    await expect(passwords.verify('p'.repeat(1025), undefined)).resolves.toBe(false);
    const longest = 'p'.repeat(1024);
    expect(await passwords.verify(longest, await busy.then(() => passwords.hash(longest)))).toBe(true);
  });

  test('so many run, so many wait, and the next is told to come again', async () => {
    const passwords = argon2Passwords({ running: 2, waiting: 3 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => passwords.hash(password)));
    expect(results.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 5 }, () => 'fulfilled'),
      ...Array.from({ length: 3 }, () => 'rejected'),
    ]);
    expect(results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))).toEqual(
      Array.from({ length: 3 }, () => expect.any(Busy)),
    );
    await expect(passwords.hash(password)).resolves.toMatch(/^\$argon2id/);
  });

  test('a hash that cannot be read is an error, and frees its place', async () => {
    const passwords = argon2Passwords({ running: 1, waiting: 0 });
    await expect(passwords.verify(password, 'no hash')).rejects.toThrow();
    await expect(passwords.hash(password)).resolves.toMatch(/^\$argon2id/);
  });

  test('the event loop goes on meanwhile', async () => {
    const passwords = argon2Passwords();
    const start = performance.now();
    await passwords.hash(password);
    const once = performance.now() - start;
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await Promise.all(Array.from({ length: 40 }, () => passwords.hash(password)));
    delay.disable();
    expect(delay.percentile(50) / 1e6).toBeLessThan(Math.max(10, 3 * once));
    expect(delay.count).toBeGreaterThan(10);
  });
});
