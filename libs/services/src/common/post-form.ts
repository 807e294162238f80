import { Unavailable } from '@portico/contracts';
import { Agent as PlainAgent, request as requestPlain, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as requestSecure } from 'node:https';
import { lookupTo, type FetchLimits } from './reachable.js';

/** Posts forms to URLs that clients named. */
export interface FormPoster {
  /**
   * Answers the status; no redirect is followed, and what the answer says is not read.
   * @throws Unavailable there was none; it names the host
   */
  readonly post: (uri: string, fields: Readonly<Record<string, string>>) => Promise<number>;
  readonly close: () => void;
}

const keepAlive = { keepAlive: true, maxSockets: 40, maxFreeSockets: 20, timeout: 10_000 };

/** Connections are kept for a while: many forms go to few hosts. */
export const formPoster = (limits: FetchLimits): FormPoster => {
  const agents = { 'http:': new PlainAgent(keepAlive), 'https:': new SecureAgent(keepAlive) };
  return {
    post: async (uri, fields) => {
      const url = new URL(uri);
      const signal = AbortSignal.timeout(limits.deadlineMs);
      try {
        const response = await responded(url, { fields, signal, limits, agents });
        await readAway(response, limits.maxBytes);
        return response.statusCode ?? 0;
      } catch (error) {
        const late = `no answer within ${limits.deadlineMs} ms`;
        throw new Unavailable(
          `${url.host}: ${signal.aborted ? late : error instanceof Error ? error.message : 'unknown'}`,
        );
      }
    },
    close: () => {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
};

interface Sending {
  readonly fields: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly limits: FetchLimits;
  readonly agents: { readonly 'http:': PlainAgent; readonly 'https:': SecureAgent };
}

const responded = (url: URL, { fields, signal, limits, agents }: Sending): Promise<IncomingMessage> => {
  const lookup = lookupTo(url, limits);
  const body = new URLSearchParams(fields).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
  const options = { method: 'POST', headers, signal, lookup };
  return new Promise((resolve, reject) => {
    const sent =
      url.protocol === 'https:'
        ? requestSecure(url, { ...options, agent: agents['https:'] }, resolve)
        : requestPlain(url, { ...options, agent: agents['http:'] }, resolve);
    sent.once('error', reject).end(body);
  });
};

/** A connection is used again only after its answer has ended; one that does not end soon is given up instead. */
const readAway = async (response: IncomingMessage, maxBytes: number): Promise<void> => {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) break; // which destroys it
  }
};
