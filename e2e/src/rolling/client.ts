import { secretsIn, type Secret } from '../setup/secrets.js';

/** What is asked, and what has to come of it. */
export interface Question {
  readonly kind: string;
  readonly path: string;
  readonly status: number;
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A client that counts: what it asked, and what was not answered as it must be. */
export interface Client {
  readonly asked: Map<string, number>;
  readonly failures: string[];
  /** Every secret that was sent or answered, by itself. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** In milliseconds. */
  slowest(): number;
  ask(question: Question): Promise<Answer>;
  /** Notes what is wrong with an answer that has the right status. */
  expect(isSo: boolean, what: string): void;
}

const patienceMs = 15_000;

/** Over the connections that Node keeps; nothing is ever sent a second time. */
export const countingClient = (origin: string): Client => {
  const asked = new Map<string, number>();
  const failures: string[] = [];
  const secrets = new Map<string, Secret>();
  const hear = (message: string): void => secretsIn(message).forEach((secret) => secrets.set(secret.value, secret));
  let slowest = 0;
  const send = async ({ path, form, headers = {} }: Question): Promise<Answer> => {
    const response = await fetch(new URL(path, origin), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers,
      ...(form ? { body: new URLSearchParams(form) } : {}),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    hear(`${linesOf(headers)}\n${String(new URLSearchParams(form))}`);
    hear(`${linesOf(response.headers)}\n${text}`);
    return { status: response.status, headers: response.headers, text };
  };
  const fail = (what: string): never => {
    failures.push(`${new Date().toISOString()} ${what}`);
    throw new Error(what);
  };
  return {
    asked,
    failures,
    secrets,
    slowest: () => Math.round(slowest),
    ask: async (question) => {
      const begun = performance.now();
      asked.set(question.kind, (asked.get(question.kind) ?? 0) + 1);
      const answer = await send(question).catch((error: unknown) =>
        fail(`${question.kind}: ${String(error)} ${String((error as Error).cause)}`),
      );
      slowest = Math.max(slowest, performance.now() - begun);
      if (answer.status !== question.status)
        fail(`${question.kind}: ${answer.status} instead of ${question.status}: ${answer.text.slice(0, 300)}`);
      return answer;
    },
    expect: (isSo, what) => {
      if (!isSo) fail(what);
    },
  };
};

const linesOf = (headers: Headers | Record<string, string>): string =>
  [...new Headers(headers)].map(([name, value]) => `${name}: ${value}`).join('\n');
