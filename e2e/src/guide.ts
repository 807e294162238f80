import { expect } from '@jest/globals';
import { decodeJwt } from 'jose';
import { httpBrowser } from './http-browser.js';
import { issuer, origin } from './provider.js';
import { password } from './setup/declaration.js';
import type { Guide, ShownAnswer, Step } from './setup/guides.js';

/** What the steps of a guide have learned so far, by the names in braces. */
type Known = Map<string, string>;
type Values = Readonly<Record<string, unknown>>;

/** An error's sentence and its correlation id differ each time, under one name. */
const differing = ['error_description', 'correlation_id'];
const epoch = 1_000_000_000;

const filled = (text: string, known: Known): string =>
  text.replace(/\{(\w+)\}/g, (braces, name: string) => known.get(name) ?? braces);

const placeholder = (shown: unknown): string | undefined =>
  typeof shown === 'string' ? /^\{(\w+)\}$/.exec(shown)?.[1] : undefined;

const learn = (real: Values, shown: Values, known: Known): void => {
  for (const [name, value] of Object.entries(shown)) {
    const [learned, text] = [placeholder(value), real[name]];
    if (learned !== undefined && !known.has(learned) && typeof text === 'string' && text !== '')
      known.set(learned, text);
  }
};

/** The shown value as an expectation: a name in braces is what it was before, a time is any time. */
const expected = (shown: unknown, known: Known): unknown => {
  if (differing.some((name) => name === placeholder(shown))) return expect.stringMatching(/./);
  if (typeof shown === 'number' && shown > epoch) return expect.any(Number);
  return typeof shown === 'string' ? filled(shown, known) : shown;
};

const compare = (real: Values, shown: Values, known: Known): void => {
  learn(real, shown, known);
  const wanted = Object.entries(shown).map(([name, value]) => [name, expected(value, known)] as const);
  expect(real).toEqual(Object.fromEntries(wanted));
};

const parameters = ({ required, recommended, optional }: Step, known: Known): URLSearchParams =>
  new URLSearchParams(
    Object.entries({ ...required, ...recommended, ...optional }).flatMap(([name, value]) =>
      value === null ? [] : [[name, filled(value, known)]],
    ),
  );

const targetOf = (step: Step, known: Known): { method: string; url: string; params: URLSearchParams } => {
  const [method = '', path = ''] = step.request.split(' ');
  const params = parameters(step, known);
  const query = method === 'GET' && params.size > 0 ? `?${params.toString()}` : '';
  return { method, url: origin + path + query, params };
};

const authorization = (step: Step, { clients }: Guide, known: Known): Record<string, string> => {
  if (step.bearer !== undefined) return { authorization: `Bearer ${filled(step.bearer, known)}` };
  const client = clients.find(({ client_id: id }) => id === step.client);
  if (!client) return {};
  const pair = `${client.client_id}:${step.secret ?? client.client_secret ?? ''}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
};

const bySomeone = async (step: Step, browser: ReturnType<typeof httpBrowser>, known: Known): Promise<void> => {
  const { answer } = step;
  const landing = await browser.through(await browser.open(targetOf(step, known).url));
  expect(landing.page).toBe(answer.page);
  if (answer.location === undefined) return;
  const { origin: host, pathname, search, hash } = new URL(landing.url);
  expect(host + pathname).toBe(answer.location);
  compare(Object.fromEntries(new URLSearchParams(search)), answer.query ?? {}, known);
  compare(Object.fromEntries(new URLSearchParams(hash.slice(1))), answer.fragment ?? {}, known);
};

const byClient = async (step: Step, guide: Guide, known: Known): Promise<void> => {
  const { method, url, params } = targetOf(step, known);
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: authorization(step, guide, known),
    ...(method === 'POST' ? { body: params } : {}),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status: step.answer.status, text });
  for (const [name, value] of Object.entries(step.answer.headers ?? {}))
    expect(response.headers.get(name)).toMatch(new RegExp(`^${value}`));
  if (step.answer.body) compare(JSON.parse(text) as Values, step.answer.body, known);
  else expect(text).toBe('');
};

const decode = ({ decoded = {} }: ShownAnswer, known: Known): void => {
  for (const [name, claims] of Object.entries(decoded)) compare(decodeJwt(known.get(name) ?? ''), claims, known);
};

/** Sends exactly the requests that a guide shows, one after the other, and compares what it shows as their answers. */
export const follow = async (guide: Guide): Promise<void> => {
  const browser = httpBrowser();
  const known: Known = new Map(Object.entries({ origin, issuer, password }));
  for (const step of guide.steps) {
    await new Promise((resolve) => setTimeout(resolve, (step.after ?? 0) * 1_000));
    try {
      await (step.by === 'browser' ? bySomeone(step, browser, known) : byClient(step, guide, known));
      decode(step.answer, known);
    } catch (error) {
      throw new Error(`${guide.name}: ${step.title.en ?? ''}\n${(error as Error).message}`, { cause: error });
    }
  }
};
