import { readJwks, type Jwks } from '@portico/jwt';
import type { RemoteKeys } from '@portico/oidc';
import { fetchJson } from './fetch-json.js';

interface Entry {
  /** What was answered last, and when. */
  known?: { readonly jwks: Jwks; readonly at: number };
  /** The last time that somebody was asked. */
  asked?: { readonly jwks: Promise<Jwks>; readonly againAt: number };
}

interface Bounds {
  /** So many key sets are held; the one that came first goes first. */
  readonly most: number;
  /** So long one is believed. */
  readonly freshMs: number;
  /** So long nobody is asked again. */
  readonly pauseMs: number;
  /** The same where there was no answer. */
  readonly retryMs: number;
  readonly deadlineMs: number;
  readonly maxBytes: number;
}

const standard: Bounds = {
  most: 1000,
  freshMs: 600_000,
  pauseMs: 60_000,
  retryMs: 5_000,
  deadlineMs: 3_000,
  maxBytes: 65_536,
};

/**
 * Key sets by HTTP, held for a while. However many requests want one, it is fetched once; one that cannot be read anew
 * holds on while it is fresh.
 */
export const remoteKeys = (
  { loopback }: { readonly loopback: boolean },
  bounds: Partial<Bounds> = {},
  now: () => number = () => performance.now(),
): RemoteKeys => {
  const { most, freshMs, pauseMs, retryMs, ...limits } = { ...standard, ...bounds };
  const held = new Map<string, Entry>();
  const entryOf = (uri: string): Entry => {
    const entry = held.get(uri) ?? {};
    const [oldest] = held.size >= most && !held.has(uri) ? held.keys() : [];
    if (oldest !== undefined) held.delete(oldest);
    held.set(uri, entry);
    return entry;
  };
  const ask = async (uri: string, entry: Entry): Promise<Jwks> => {
    const jwks = fetchJson(uri, { ...limits, loopback }).then(readJwks);
    entry.asked = { jwks, againAt: now() + pauseMs };
    try {
      entry.known = { jwks: await jwks, at: now() };
    } catch {
      entry.asked = { jwks, againAt: now() + retryMs };
    }
    return jwks;
  };
  const readAnew = (uri: string): Promise<Jwks> => {
    const entry = entryOf(uri);
    return entry.asked && now() < entry.asked.againAt ? entry.asked.jwks : ask(uri, entry);
  };
  return {
    readAnew,
    read: (uri) => {
      const { known } = held.get(uri) ?? {};
      return known && now() - known.at < freshMs ? Promise.resolve(known.jwks) : readAnew(uri);
    },
  };
};
