import type { EndpointRequest } from './request.js';
import type { EpochSeconds } from './time.js';

/** Who sent a request, as far as the audit log keeps it. It proves nothing: a browser calls itself what it likes. */
export interface Caller {
  /** The correlation id of the request. */
  readonly requestId: string;
  readonly ip?: string;
  /** @see RFC 9110 §10.1.5 */
  readonly userAgent?: string;
}

/** When somebody asked for something. */
export interface Asked {
  readonly at: EpochSeconds;
  readonly by: Caller;
}

/** A time; with whoever asked, where it was a request that did. */
export type When = EpochSeconds | Asked;

/** As much as the browsers inside of other apps need to say which app it is. */
const longest = { requestId: 64, ip: 64, userAgent: 400 } as const;

// A database knows no NUL in a text, and half of a pair of surrogates is no text.
const plain = (text: string, most: number): string =>
  text
    .replaceAll('\0', '')
    .slice(0, most)
    .replace(/\p{Surrogate}/gu, '\ufffd');

/** No longer than it is worth keeping, and nothing in it that could not be kept; what is empty is left out. */
export const boundedCaller = ({ requestId, ip = '', userAgent = '' }: Caller): Caller => {
  const kept = { ip: plain(ip, longest.ip), userAgent: plain(userAgent, longest.userAgent) };
  return {
    requestId: plain(requestId, longest.requestId),
    ...(kept.ip === '' ? {} : { ip: kept.ip }),
    ...(kept.userAgent === '' ? {} : { userAgent: kept.userAgent }),
  };
};

/** Who sent this request. */
export const callerOf = ({ id, ip, headers }: Pick<EndpointRequest, 'id' | 'ip' | 'headers'>): Caller =>
  boundedCaller({ requestId: id, ip, userAgent: headers['user-agent'] ?? '' });

/** The time alone. */
export const timeOf = (when: When): EpochSeconds => (typeof when === 'number' ? when : when.at);

/** Who asked, where it was a request that did. */
export const askedBy = (when: When): Caller | undefined => (typeof when === 'number' ? undefined : when.by);
