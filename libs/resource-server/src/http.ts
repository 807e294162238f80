/** Who asks the provider: a client with a secret, that authenticates by HTTP Basic. @see RFC 6749 §2.3.1 */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How long an answer may take, and what ends the waiting besides. */
export interface Waiting {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** An answer that was not 200; its `status` tells which. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly status: number) {
    super(`the provider answered ${status}`);
  }
}

const longest = 4 * 1024 * 1024;

// RFC 6749 §2.3.1: both are form-encoded first.
const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

const basic = ({ clientId, clientSecret }: ClientCredentials): string =>
  `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64')}`;

/** A JSON object from the provider. @throws Refused no 200 */
export const readJson = async (
  url: string,
  init: RequestInit,
  { deadlineMs, signal }: Waiting,
): Promise<Record<string, unknown>> => {
  const until = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const response = await fetch(url, { ...init, redirect: 'error', signal: until });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Refused(response.status);
  }
  const value: unknown = JSON.parse(await boundedText(response));
  if (typeof value !== 'object' || value === null) throw new Error('the provider answered no JSON object');
  return value as Record<string, unknown>;
};

const boundedText = async (response: Response): Promise<string> => {
  const decoder = new TextDecoder();
  let [text, length] = ['', 0];
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > longest) throw new Error('the provider answered too much');
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
};

/** What the provider answers to a form of this client. @throws Refused no 200 */
export const postForm = (
  { url, form, client }: { url: string; form: Record<string, string>; client: ClientCredentials },
  waiting: Waiting,
): Promise<Record<string, unknown>> =>
  readJson(
    url,
    {
      method: 'POST',
      headers: { authorization: basic(client), accept: 'application/json' },
      body: new URLSearchParams(form),
    },
    waiting,
  );
