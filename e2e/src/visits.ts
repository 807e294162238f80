import { setTimeout as pause } from 'node:timers/promises';
import { basic } from '@portico/testing';
import { httpBrowser } from './http-browser.js';
import { judge, type Seen } from './judge.js';
import { secret } from './setup/declaration.js';
import type { Running } from './setup/topology.js';

const clientId = 'first-party';
const redirectUri = `https://${clientId}.example.test/cb`;
const scope = 'openid profile offline_access';

type Answer = Readonly<Record<string, string>>;
type Ask = typeof fetch;

/** What was promised to clients, and what they asked for without an answer. */
interface Ledger {
  readonly accessTokens: string[];
  readonly refreshTokens: string[];
  readonly unansweredCodes: string[];
  readonly unansweredRefreshTokens: string[];
  whole: number;
}
const newLedger = (): Ledger => ({
  accessTokens: [],
  refreshTokens: [],
  unansweredCodes: [],
  unansweredRefreshTokens: [],
  whole: 0,
});

/** What a client asks over the back channel. */
const clientAt = (issuer: string) => {
  const post = async (ask: Ask, path: string, form: Answer): Promise<Answer> => {
    const head = { method: 'POST', headers: basic(clientId, secret) };
    const response = await ask(`${issuer}${path}`, { ...head, body: new URLSearchParams(form) });
    if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return {
    post,
    redeem: (ask: Ask, code: string) =>
      post(ask, '/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    refresh: (ask: Ask, token: string) => post(ask, '/token', { grant_type: 'refresh_token', refresh_token: token }),
    introspect: (ask: Ask, token: string) => post(ask, '/token/introspection', { token }),
    isActive: async (ask: Ask, token: string) => {
      const { active } = (await post(ask, '/token/introspection', { token })) as { active?: unknown };
      return active === true;
    },
  };
};

/** People with a session, and what their browsers ask. */
const peopleAt = async (issuer: string, names: readonly string[]) => {
  const { origin } = new URL(issuer);
  const query = { client_id: clientId, response_type: 'code', scope, redirect_uri: redirectUri };
  const url = (more: Answer = {}) => `${issuer}/auth?${String(new URLSearchParams({ ...query, ...more }))}`;
  const browsers = names.map(() => httpBrowser(origin));
  for (const [at, browser] of browsers.entries()) await browser.through(await browser.open(url()), names[at]);
  const cookiesOf = (who: number) => [...(browsers[who % browsers.length]?.cookies ?? [])];
  const browserOf = (ask: Ask, who: number) => {
    const browser = httpBrowser(origin, ask);
    for (const [name, value] of cookiesOf(who)) browser.cookies.set(name, value);
    return browser;
  };
  return {
    url,
    browserOf,
    stranger: (ask: Ask) => httpBrowser(origin, ask),
    cookie: (who: number) =>
      cookiesOf(who)
        .map(([name, value]) => `${name}=${value}`)
        .join('; '),
    codeFor: async (ask: Ask, who: number, more?: Answer): Promise<string> => {
      const landing = await browserOf(ask, who).open(url(more));
      const code = new URL(landing.url).searchParams.get('code');
      if (code === null) throw new Error(`no code: ${String(landing.url.split('?')[0])} ${landing.status}`);
      return code;
    },
  };
};

type Everything = ReturnType<typeof clientAt> & Awaited<ReturnType<typeof peopleAt>> & { readonly issuer: string };

/** Everything that tokens are for, in order. */
const visit = async (all: Everything, { ask, who, ledger }: { ask: Ask; who: number; ledger: Ledger }) => {
  const code = await all.codeFor(ask, who);
  const { access_token: token = '', refresh_token = '' } = await all.redeem(ask, code).catch((error: unknown) => {
    ledger.unansweredCodes.push(code);
    throw error;
  });
  ledger.accessTokens.push(token);
  const next = await all.refresh(ask, refresh_token).catch((error: unknown) => {
    ledger.unansweredRefreshTokens.push(refresh_token);
    throw error;
  });
  ledger.accessTokens.push(next.access_token ?? '');
  ledger.refreshTokens.push(next.refresh_token ?? '');
  if (!(await all.isActive(ask, token))) throw new Error('what was just answered is not active');
  const person = await ask(`${all.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
  if (person.status !== 200) throw new Error(`/me: ${person.status}`);
  const { page, status } = await all.stranger(ask).open(all.url());
  if (page !== 'sign-in') throw new Error(`no page: ${status}`);
  ledger.whole += 1;
};

/** Visits all the time, by so many at once, until it is told to end. */
const load = (all: Everything, count: number) => {
  const [ledger, { seen, ask }, failures] = [newLedger(), judge(), [] as string[]];
  let over = false;
  const one = async (who: number) => {
    while (!over) {
      await visit(all, { ask, who, ledger }).catch(async (error: unknown) => {
        failures.push((error as Error).message);
        await pause(50);
      });
    }
  };
  const running = Array.from({ length: count }, (_, who) => one(who));
  const end = async () => {
    over = true;
    await Promise.all(running);
  };
  return { ledger, seen, failures, end };
};

/** How long it takes until a visit is right from its beginning to its end. */
const untilRight = async (all: Everything, deadlineMs: number): Promise<number> => {
  const begun = performance.now();
  for (;;) {
    const { seen, ask } = judge();
    if (await succeeds(visit(all, { ask, who: 0, ledger: newLedger() }))) return Math.round(performance.now() - begun);
    if (performance.now() - begun > deadlineMs) throw new Error(`not right again: ${JSON.stringify(seen.at(-1))}`);
    await pause(50);
  }
};

/** What is left of it: promises that do not hold, and codes that were spent without an answer. */
const settle = async (all: Everything, ledger: Ledger) => {
  const broken: string[] = [];
  for (const token of ledger.accessTokens)
    if (!(await all.isActive(fetch, token))) broken.push('an access token is not active');
  // The answer was lost: whoever asks again gets it. @see README, a refresh token that is sent twice
  for (const token of [...ledger.refreshTokens, ...ledger.unansweredRefreshTokens])
    await all.refresh(fetch, token).catch((error: unknown) => broken.push((error as Error).message));
  let spentUnanswered = 0;
  for (const code of ledger.unansweredCodes) {
    const [once, twice] = [await succeeds(all.redeem(fetch, code)), await succeeds(all.redeem(fetch, code))];
    if (once && twice) broken.push('a code was spent twice');
    if (!once) spentUnanswered += 1;
  }
  return { broken, spentUnanswered };
};

/** One request for each service. */
const probesOf = async (all: Everything) => {
  const { access_token: token = '' } = await all.redeem(fetch, await all.codeFor(fetch, 0));
  const form = { grant_type: 'client_credentials', scope: 'orders:read' };
  return {
    authorize: (ask: Ask) => all.browserOf(ask, 0).open(all.url()),
    token: (ask: Ask) => all.post(ask, '/token', form),
    introspection: (ask: Ask) => all.introspect(ask, token),
    userinfo: (ask: Ask) => ask(`${all.issuer}/me`, { headers: { authorization: `Bearer ${token}` } }),
    session: (ask: Ask) => ask(`${all.issuer}/session/check`),
  };
};

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** People with a session at a provider, who go through everything that tokens are for. */
export const visitors = async ({ issuer }: Pick<Running, 'issuer'>, names: readonly string[]) => {
  const all: Everything = { issuer, ...clientAt(issuer), ...(await peopleAt(issuer, names)) };
  return {
    ...all,
    probes: () => probesOf(all),
    load: (count: number) => load(all, count),
    untilRight: (deadlineMs: number) => untilRight(all, deadlineMs),
    settle: (ledger: Ledger) => settle(all, ledger),
  };
};

/** How many there were of each verdict, and the slowest, in words. */
export const summary = (seen: readonly Seen[]): string => {
  const count = (verdict: Seen['verdict']) => seen.filter((one) => one.verdict === verdict).length;
  const slowest = Math.max(0, ...seen.map(({ ms }) => ms));
  return `${count('right')} right, ${count('unavailable')} unavailable, ${count('refused')} refused, slowest ${slowest} ms`;
};
