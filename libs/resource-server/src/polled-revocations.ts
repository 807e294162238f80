import {
  earlier,
  msSince,
  never,
  retentionSeconds,
  revocationIndex,
  thisMoment,
  type Moment,
  type RevocationIndex,
} from '#revocation';
import { setTimeout as pause } from 'node:timers/promises';
import { postForm, Refused, type ClientCredentials, type Waiting } from './http.js';
import { factOf, type RevocationSource } from './revocation-source.js';

/** How revocations are asked for over HTTP. */
export interface PolledRevocationsOptions {
  /** The feed of the provider: `{issuer}/token/revocations`. */
  readonly url: string;
  /** A client that authenticates with a secret. */
  readonly client: ClientCredentials;
  /** How often. Standard: 5000. */
  readonly everyMs?: number;
  /** Current for so long after everything was known. Standard: three times `everyMs`, and 3000 at least. */
  readonly staleAfterMs?: number;
  /** So long an answer is waited for. Standard: 3000. */
  readonly deadlineMs?: number;
  /** Standard: an index of its own that keeps 250 000 names at most. */
  readonly index?: RevocationIndex;
}

interface Page {
  readonly revocations: readonly unknown[];
  readonly cursor: string;
  readonly complete_since: number;
  readonly behind_seconds: number;
  readonly more: boolean;
}

/**
 * Follows what is revoked by asking for it again and again.
 * @see RFC 7009 §2.1
 */
export const polledRevocations = (options: PolledRevocationsOptions): RevocationSource => {
  const {
    everyMs = 5000,
    staleAfterMs = Math.max(everyMs * 3, 3000),
    deadlineMs = 3000,
    index = revocationIndex(),
  } = options;
  const closing = new AbortController();
  let knownAt = never;
  const catchUp = poller(options, index, { deadlineMs, signal: closing.signal });
  const running = (async () => {
    while (!closing.signal.aborted) {
      // While it fails, the staleness tells.
      knownAt = await catchUp().catch(() => knownAt);
      index.forget(Math.floor(Date.now() / 1000) - retentionSeconds);
      await pause(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  const stalenessMs = (): number => msSince(knownAt);
  return {
    holds: (token) => index.holds(token),
    stalenessMs,
    isCurrent: () => stalenessMs() <= staleAfterMs,
    close: async () => {
      closing.abort();
      await running;
    },
  };
};

/** Reads page by page to the end; answers as of when that is everything. */
const poller = ({ url, client }: PolledRevocationsOptions, index: RevocationIndex, waiting: Waiting) => {
  let cursor: string | undefined;
  const next = async (): Promise<Page> => {
    const form: Record<string, string> = cursor === undefined ? {} : { after: cursor };
    try {
      return pageOf(await postForm({ url, form, client }, waiting));
    } catch (error) {
      // The cursor is too old: what was published since may be gone, so that everything is read anew.
      if (error instanceof Refused && error.status === 400) cursor = undefined;
      throw error;
    }
  };
  return async (): Promise<Moment> => {
    const isNew = cursor === undefined;
    for (;;) {
      const askedAt = thisMoment();
      const page = await next();
      for (const value of page.revocations) {
        const fact = factOf(value);
        if (fact) index.add(fact);
      }
      if (isNew) index.completeFrom(page.complete_since);
      cursor = page.cursor;
      if (!page.more) return earlier(askedAt, page.behind_seconds * 1000);
    }
  };
};

const pageOf = (value: Record<string, unknown>): Page => {
  const { revocations, cursor, complete_since: completeSince, behind_seconds: behind, more } = value;
  const fits =
    Array.isArray(revocations) &&
    typeof cursor === 'string' &&
    typeof more === 'boolean' &&
    Number.isSafeInteger(completeSince) &&
    Number.isSafeInteger(behind);
  if (!fits) throw new Error('the feed answered something else');
  return value as unknown as Page;
};
