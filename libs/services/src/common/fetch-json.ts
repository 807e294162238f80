import { Unavailable } from '@portico/contracts';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { lookupTo, type FetchLimits } from './reachable.js';

/**
 * Reads JSON from a URL that a client named: no redirect is followed, and it leads to the Internet alone.
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

const respondedBy = (url: URL, limits: FetchLimits): Promise<IncomingMessage> => {
  const lookup = lookupTo(url, limits);
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getSecure : getPlain;
    const headers = { accept: 'application/jwk-set+json, application/json' };
    // The signal also ends an answer that never does.
    const signal = AbortSignal.timeout(limits.deadlineMs);
    get(url, { agent: false, headers, signal, lookup }, resolve).once('error', reject);
  });
};

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
