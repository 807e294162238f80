import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopback, isPublicAddress } from './public-address.js';

/** What a URL that somebody else gave us may cost, and where it may lead. */
export interface FetchLimits {
  readonly deadlineMs: number;
  readonly maxBytes: number;
  /** May it lead to this machine, over http too? Otherwise https to the Internet alone. */
  readonly loopback: boolean;
}

type MayReach = (address: string) => boolean;

/**
 * How names are looked up on the way to a URL that a client named: the address is checked where the connection is made, so
 * that a name cannot lead into our own network, whatever it resolves to a moment later.
 * @throws Error the URL itself leads where it may not
 */
export const lookupTo = (url: URL, { loopback }: Pick<FetchLimits, 'loopback'>): LookupFunction => {
  const mayReach: MayReach = (address) => isPublicAddress(address) || (loopback && isLoopback(address));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback && isLoopback(host)))
    throw new Error('must be an https URL');
  if (isIP(host) && !mayReach(host)) throw new Error('is no public address');
  return lookupOf(mayReach);
};

const lookupOf =
  (mayReach: MayReach): LookupFunction =>
  (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses: readonly LookupAddress[] | undefined) => {
      const [first] = addresses ?? [];
      if (!addresses || !first) done(error ?? new Error('has no address'), []);
      else if (!addresses.every(({ address }) => mayReach(address))) done(new Error('is no public address'), []);
      else if (options.all) done(null, [...addresses]);
      else done(null, first.address, first.family);
    });
