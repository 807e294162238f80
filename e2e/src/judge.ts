/** One answer, as a client of the provider sees it. */
export interface Seen {
  readonly path: string;
  readonly ms: number;
  /** `refused`: there was nobody to connect to. `unavailable`: told so as the specifications say. */
  readonly verdict: 'right' | 'unavailable' | 'refused' | 'wrong';
  readonly what: string;
}

/** Answers an endpoint takes longer for are a hang: its contract's 10 s, and one. */
export const longestMs = 11_000;

/** Asks as `fetch` does, and takes note of what came. */
export const judge = (expected: readonly number[] = []) => {
  const seen: Seen[] = [];
  const ask: typeof fetch = async (url, init) => {
    const path = new URL(url instanceof Request ? url.url : url).pathname;
    const begun = performance.now();
    const note = (verdict: Seen['verdict'], what: string) =>
      void seen.push({ path, ms: Math.round(performance.now() - begun), verdict, what });
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
      const text = await response.clone().text();
      note(verdictOf(response, { text, expected }), `${response.status} ${text.slice(0, 200)}`);
      return response;
    } catch (error) {
      const { cause, name } = error as Error;
      note(isRefused(cause) ? 'refused' : 'wrong', `${name} ${String((cause as Error | undefined)?.message)}`);
      throw error;
    }
  };
  return { seen, ask };
};

const isRefused = (cause: unknown): boolean =>
  ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes((cause as { code?: string } | undefined)?.code ?? '');

const verdictOf = (
  { status, headers }: Response,
  { text, expected }: { readonly text: string; readonly expected: readonly number[] },
): Seen['verdict'] => {
  if (status === 503) return isToldWell(headers, text) ? 'unavailable' : 'wrong';
  const error = /[?&#]error=([a-z_]+)/.exec(headers.get('location') ?? '')?.[1];
  if (error !== undefined) return error === 'temporarily_unavailable' ? 'unavailable' : 'wrong';
  return status < 400 || expected.includes(status) ? 'right' : 'wrong';
};

/** Also in the words of Authing's APIs. @see RFC 6749 §4.1.2.1 (temporarily_unavailable), RFC 9110 §10.2.3 */
const isToldWell = (headers: Headers, text: string): boolean => {
  const isTold = headers.get('content-type')?.startsWith('text/html')
    ? text.includes('data-page="error"')
    : /"error":"temporarily_unavailable"|"statusCode":503|"code":1920/.test(text);
  return isTold && /^[1-9]\d*$/.test(headers.get('retry-after') ?? '');
};
