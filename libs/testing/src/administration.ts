import { hash, verify } from '@node-rs/argon2';
import { memoryStores } from '@portico/local';
import type { PasswordHasher } from '@portico/sso';
import { testClock } from './clock.js';

// Real argon2id at the least cost it has: what is tested is the rules' use of it.
const cheap = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const passwords: PasswordHasher = {
  hash: (password) => hash(password, cheap),
  verify: async (password, stored) => stored !== undefined && verify(stored, password),
};

/** Seals client secrets in the tests. */
export const clientSecretKey = new Uint8Array(32).fill(4);

/** What the administrators' rules need, on memory stores. */
export const administration = () => ({
  ...memoryStores(),
  passwords,
  clientSecretKey: () => Promise.resolve(clientSecretKey),
  clock: testClock(),
  readDocument: (uri: string): Promise<unknown> => Promise.reject(new Error(`nothing is at ${uri}`)),
});
