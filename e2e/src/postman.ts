import { expect } from '@jest/globals';
import { createContext, runInContext } from 'node:vm';
import { httpBrowser } from './http-browser.js';

interface Pair {
  readonly key: string;
  readonly value: string;
}
interface PostmanEvent {
  readonly listen: 'prerequest' | 'test';
  readonly script: { readonly exec: readonly string[] };
}

/** One request of a collection, as far as ours use the format. */
export interface PostmanItem {
  readonly name: string;
  readonly request: {
    readonly method: 'GET' | 'POST';
    readonly description?: string;
    readonly url: { readonly raw: string };
    readonly auth: { readonly type: string; readonly basic?: readonly Pair[]; readonly bearer?: readonly Pair[] };
    readonly body?: { readonly urlencoded: readonly Pair[] };
  };
  readonly event?: readonly PostmanEvent[];
}

/** A collection: folders of requests, and what its variables begin with. */
export interface Collection {
  readonly item: readonly { readonly name: string; readonly item: readonly PostmanItem[] }[];
  readonly variable: readonly Pair[];
}

/** The variables, which scripts and people set as they go. */
export type Variables = Map<string, string>;

const resolved = (text: string, variables: Variables): string => {
  const once = text.replace(/\{\{(\w+)\}\}/g, (braces, name: string) => variables.get(name) ?? braces);
  return once === text ? text : resolved(once, variables);
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Runs what the collection itself says: how long to wait, which status there must be, and what to keep. */
const run = async (
  { event = [] }: PostmanItem,
  listen: PostmanEvent['listen'],
  { variables, answer }: { variables: Variables; answer?: Answer },
): Promise<string[]> => {
  const [named, waits]: [string[], number[]] = [[], []];
  const pm = {
    test: (name: string, check: () => void) => {
      named.push(name);
      check();
    },
    response: {
      json: () => JSON.parse(answer?.text ?? '') as unknown,
      to: { have: { status: (wanted: number) => expect(answer).toEqual({ ...answer, status: wanted }) } },
    },
    collectionVariables: { set: (name: string, value: unknown) => variables.set(name, String(value)) },
  };
  const context = createContext({ pm, setTimeout: (_: unknown, ms: number) => waits.push(ms) });
  for (const one of event) if (one.listen === listen) runInContext(one.script.exec.join('\n'), context);
  await Promise.all(waits.map((ms) => new Promise((resolve) => setTimeout(resolve, ms))));
  return named;
};

const valueOf = (pairs: readonly Pair[] = [], key: string): string =>
  pairs.find((pair) => pair.key === key)?.value ?? '';

const authorization = ({ auth }: PostmanItem['request'], variables: Variables): Record<string, string> => {
  if (auth.type === 'bearer') return { authorization: `Bearer ${resolved(valueOf(auth.bearer, 'token'), variables)}` };
  if (auth.type !== 'basic') return {};
  const pair = resolved(`${valueOf(auth.basic, 'username')}:${valueOf(auth.basic, 'password')}`, variables);
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
};

const send = async (item: PostmanItem, variables: Variables): Promise<void> => {
  const { method, url, body } = item.request;
  await run(item, 'prerequest', { variables });
  const form = body?.urlencoded.map(({ key, value }) => [key, resolved(value, variables)]);
  const response = await fetch(new URL(resolved(url.raw, variables)), {
    method,
    redirect: 'manual',
    headers: authorization(item.request, variables),
    ...(form ? { body: new URLSearchParams(form) } : {}),
    signal: AbortSignal.timeout(15_000),
  });
  const answer = { status: response.status, text: await response.text() };
  expect(await run(item, 'test', { variables, answer })).toEqual([String(response.status)]);
};

/** What its text asks of the person: to open the address, and to put what it comes back with into variables. */
const byHand = async (
  { request: { url, description = '' } }: PostmanItem,
  browser: ReturnType<typeof httpBrowser>,
  variables: Variables,
): Promise<void> => {
  const landing = await browser.through(await browser.open(new URL(resolved(url.raw, variables)).href));
  expect([200, 302, 303]).toContain(landing.status);
  const { search, hash } = new URL(landing.url);
  const told = new URLSearchParams(search || hash.slice(1));
  for (const [, name = '', variable = ''] of description.matchAll(/its `(\w+)` into `(\w+)`/g)) {
    expect([...told.keys()]).toContain(name);
    variables.set(variable, told.get(name) ?? '');
  }
};

/** Sends the requests of a folder in their order, as somebody does who works through it. */
export const work = async (items: readonly PostmanItem[], variables: Variables): Promise<void> => {
  const browser = httpBrowser();
  for (const item of items) {
    try {
      const isByHand = item.request.description?.startsWith('Open this address in a browser') ?? false;
      await (isByHand ? byHand(item, browser, variables) : send(item, variables));
    } catch (error) {
      throw new Error(`${item.name}\n${(error as Error).message}`, { cause: error });
    }
  }
};
