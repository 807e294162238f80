import { hash, verify } from '@node-rs/argon2';
import { Unavailable } from '@portico/contracts';
import type { PasswordHasher } from '@portico/sso';
import { availableParallelism } from 'node:os';

/** More passwords wait than can be hashed in a while: ask again later. */
export class Busy extends Unavailable {
  constructor() {
    super('too many passwords wait to be hashed');
  }
}

/** A password longer than anyone needs; it is refused before it costs anything. */
export class PasswordTooLong extends Error {
  override readonly name = 'PasswordTooLong';
  constructor() {
    super(`a password has at most ${longestBytes} bytes`);
  }
}

const longestBytes = 1024;

/** What OWASP's Password Storage Cheat Sheet asks of argon2id, which is the library's default. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of a password that was thrown away, at the same cost. */
const nobodysHash = '$argon2id$v=19$m=19456,t=2,p=1$VoBw5qLxVDDOL/jwiFfFBw$/eVYgb4hgRHtbBheotpMgEd+d6GORMJy4hgOWjZAMsI';

interface Limits {
  /** So many hashes at once; each takes 19 MiB and a thread of the pool that also signs and reads files. */
  readonly running?: number;
  /** So many wait behind them. */
  readonly waiting?: number;
}

const withinLimits = ({ running = Math.min(3, availableParallelism()), waiting = 128 }: Limits) => {
  const line: (() => void)[] = [];
  let free = running;
  const turn = async (): Promise<void> => {
    if (free > 0) return void (free -= 1);
    if (line.length >= waiting) throw new Busy();
    await new Promise<void>((resolve) => line.push(resolve));
  };
  const leave = () => {
    const next = line.shift();
    if (next) next();
    else free += 1;
  };
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await turn();
    try {
      return await work();
    } finally {
      leave();
    }
  };
};

const tooLong = (password: string): boolean => Buffer.byteLength(password) > longestBytes;

/**
 * Passwords by argon2id, off the event loop, a bounded number at a time.
 * Both functions throw `Busy` over the bound; `hash` throws `PasswordTooLong` over 1024 bytes.
 */
export const argon2Passwords = (limits: Limits = {}): PasswordHasher => {
  const run = withinLimits(limits);
  return {
    hash: async (password) => {
      if (tooLong(password)) throw new PasswordTooLong();
      return run(() => hash(password, cost));
    },
    verify: async (password, stored) => {
      if (tooLong(password)) return false;
      const fits = await run(() => verify(stored ?? nobodysHash, password));
      return fits && stored !== undefined;
    },
  };
};
