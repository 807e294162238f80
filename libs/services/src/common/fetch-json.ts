import { Unavailable } from '@portico/contracts';
import { lookup, type LookupAddress } from 'node:dns';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
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
 * Reads JSON from a URL that a client named: no redirect is followed, and the address is checked where the connection is
 * made, so that a name cannot lead into our own network, whatever it resolves to a moment later.
 * @throws Unavailable every other case; it names the host and never the answer
 */
export const fetchJson = async (uri: string, limits: FetchLimits): Promise<unknown> => {
  const url = new URL(uri);
  try {
    return JSON.parse(await textOf(await respondedBy(url, limits), limits.maxBytes)) as unknown;
  } catch (error) {
    throw new Unavailable(`${url.host}: ${error instanceof Error ? error.message : 'unknown'}`);
  }
};

const respondedBy = (url: URL, { deadlineMs, loopback }: FetchLimits): Promise<IncomingMessage> => {
  const mayReach: MayReach = (address) => isPublicAddress(address) || (loopback && isLoopback(address));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback && isLoopback(host)))
    throw new Error('must be an https URL');
  if (isIP(host) && !mayReach(host)) throw new Error('is no public address');
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getSecure : getPlain;
    const headers = { accept: 'application/jwk-set+json, application/json' };
    // The signal also ends an answer that never does.
    const signal = AbortSignal.timeout(deadlineMs);
    get(url, { agent: false, headers, signal, lookup: lookupOf(mayReach) }, resolve).once('error', reject);
  });
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

const textOf = async (response: IncomingMessage, maxBytes: number): Promise<string> => {
  try {
    if (response.statusCode !== 200) throw new Error(`answered ${response.statusCode ?? 0}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`answered more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    response.destroy();
  }
};
