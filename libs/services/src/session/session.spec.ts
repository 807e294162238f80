import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { loadConfig, Secret } from '@portico/config';
import { endpoints, type Bus } from '@portico/contracts';
import { sha256, systemClock, type EndpointReply } from '@portico/endpoint';
import { localTransport, startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { closeDatabase, migrate, openDatabase, registrations, type Database } from '@portico/postgres';
import { csrfToken, type Authenticator } from '@portico/sso';
import { post } from '@portico/testing';
import { randomUUID } from 'node:crypto';
import { AdaptersModule } from '../common/adapters.module.js';
import { adaptersOn, type Adapters } from '../common/adapters.js';
import { answerThrough } from '../common/app.js';
import { openLog } from '../common/logging.js';
import { newMetrics } from '../common/metrics/metrics.js';
import { SessionModule } from './session.module.js';
import { AUTHENTICATORS } from './sign-in.guard.js';

const browser = 'a-secret-of-this-browser-only';
const alice = { subject: 'alice-1', username: 'alice', claims: {}, updatedAt: 1 };
const password = 'correct horse battery staple';
const config = loadConfig({ PORTICO_ISSUER: 'http://127.0.0.1:3000/oidc', PORTICO_LOG_LEVEL: 'fatal' });
const log = openLog(config, 'session');
const metrics = newMetrics();

let postgres: EmbeddedPostgres;
let database: Database;
let adapters: Adapters;
let app: NestFastifyApplication;
let bus: Bus;
/** Who was asked, in order. */
const asked: string[] = [];

/** The real authenticators with a tally, and one more: what another provider would be. */
const upstream: Authenticator = {
  name: 'upstream',
  authenticate: ({ assertion }) => {
    asked.push('upstream');
    return Promise.resolve(
      assertion === 'fits' ? { subject: alice.subject, amr: ['fed'] } : { fault: 'wrong_credentials' },
    );
  },
};
const broken: Authenticator = { name: 'broken', authenticate: () => Promise.reject(new Error('its server is away')) };
const counted = (one: Authenticator): Authenticator => ({
  ...one,
  authenticate: (params, ip) => {
    asked.push(one.name);
    return one.authenticate(params, ip);
  },
});

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 4, applicationName: 'session.spec' });
  await migrate(database);
  adapters = adaptersOn(database, {
    config,
    log,
    metrics,
    secret: new Secret('a secret of the installation, for tests'),
  });
  const passwordHash = await adapters.passwords.hash(password);
  await registrations(database).save([], [{ account: alice, passwordHash }]);

  const { strategy, bus: local } = localTransport({ throughJson: true });
  bus = local;
  const standard = Test.createTestingModule({ imports: [AdaptersModule.on(adapters), SessionModule] });
  const real = (await standard.compile()).get<readonly Authenticator[]>(AUTHENTICATORS);
  const module = await Test.createTestingModule({ imports: [AdaptersModule.on(adapters), SessionModule] })
    .overrideProvider(AUTHENTICATORS)
    .useValue([...real.map(counted), upstream, broken])
    .compile();

  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  await answerThrough(strategy, app, { log, metrics });
}, 60_000);

afterAll(async () => {
  await app.close();
  await closeDatabase(database);
  await postgres.stop();
});

const openInteraction = async (): Promise<string> => {
  const id = randomUUID();
  await adapters.stores.interactions.open({
    id,
    browserHash: sha256(browser),
    clientId: 'web',
    client: { name: 'Web' },
    prompt: { name: 'login' },
    answers: {},
    returnTo: `/oidc/auth/resume?interaction=${id}`,
    request: {},
    expiresAt: systemClock() + 600,
  });
  return id;
};

const signIn = async (form: Record<string, string | string[]>, cookies = { portico_browser: browser }) => {
  const interaction = await openInteraction();
  const params = { interaction, csrf: csrfToken(browser, interaction), ...form };
  asked.length = 0;
  return { interaction, reply: await bus.call(endpoints.signIn, post(params, { cookies })) };
};

const pageOf = (reply: EndpointReply) => (reply.kind === 'page' ? reply.page : undefined);

describe('OpenID Connect Core 1.0 §3.1.2.3: signing in, carried by passport', () => {
  it('starts a session for the right password and goes back to the protocol', async () => {
    const { interaction, reply } = await signIn({ identifier: 'alice', password });
    expect(reply).toMatchObject({
      kind: 'redirect',
      status: 303,
      location: `/oidc/auth/resume?interaction=${interaction}`,
    });
    const [cookie] = reply.cookies;
    const session = await adapters.stores.sessions.find(sha256(cookie!.value), systemClock());
    expect(session).toMatchObject({ subject: 'alice-1', amr: ['pwd'] });
    expect(asked).toEqual(['password']);
  });

  it('shows the page again for a wrong password, and no cookie', async () => {
    const { reply } = await signIn({ identifier: 'alice', password: 'wrong' });
    expect(reply).toMatchObject({ kind: 'page', status: 422, cookies: [] });
    expect(pageOf(reply)).toMatchObject({ name: 'sign-in', fault: 'wrong_credentials', identifier: 'alice' });
  });

  it('counts who has signed in and who has not: an unknown person like a wrong password', async () => {
    const counts = async () => {
      const text = await metrics.text();
      return ['sign_ins_total', 'sign_in_failures_total{reason="wrong_credentials"}'].map((series) =>
        Number(text.split(`\nportico_${series} `)[1]?.split('\n')[0]),
      );
    };
    const [signIns = 0, failures = 0] = await counts();
    await signIn({ identifier: 'alice', password });
    await signIn({ identifier: 'alice', password: 'wrong' });
    await signIn({ identifier: 'nobody at all', password });
    expect(await counts()).toEqual([signIns + 1, failures + 2]);
    expect(await metrics.text()).toContain('portico_requests_total{endpoint="sign-in",outcome="refused",error="none"}');
    expect(await metrics.text()).not.toMatch(/alice|nobody/);
  });

  it.each([
    ['with no token', { csrf: [] as string[] }, undefined],
    ['with another token', { csrf: 'guessed' }, undefined],
    ['in a browser without our cookie', {}, { portico_browser: '' }],
    ['in another browser', {}, { portico_browser: 'another' }],
  ])('RFC 9700 §4.7: a form sent %s asks no authenticator', async (_, form, cookies) => {
    const { reply } = await signIn({ identifier: 'alice', password, ...form }, cookies);
    expect(asked).toEqual([]);
    expect(pageOf(reply)?.name).toBe('error');
    expect(reply.cookies).toEqual([]);
  });

  it('asks no authenticator where the person goes back to the application', async () => {
    const { interaction, reply } = await signIn({ answer: 'cancel' });
    expect(asked).toEqual([]);
    expect(reply.kind).toBe('redirect');
    const { answers } = (await adapters.stores.interactions.find(interaction, systemClock()))!;
    expect(answers).toHaveProperty('denied');
  });

  it('RFC 6749 §3.1: refuses a parameter that is there twice before anyone is asked', async () => {
    const { reply } = await signIn({ identifier: ['alice', 'bob'], password });
    expect(asked).toEqual([]);
    expect(pageOf(reply)).toMatchObject({ name: 'error', error: 'invalid_request' });
  });

  it('answers each of many people who sign in at once with their own outcome', async () => {
    const tries = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        signIn({ authenticator: 'upstream', assertion: index % 2 === 0 ? 'fits' : 'does not' }),
      ),
    );
    expect(tries.map(({ reply }) => reply.kind)).toEqual(Array.from({ length: 4 }, () => ['redirect', 'page']).flat());
  });
});

describe('another way to sign in', () => {
  it('is one entry of the list', async () => {
    const { reply } = await signIn({ authenticator: 'upstream', assertion: 'fits' });
    expect(asked).toEqual(['upstream']);
    const session = await adapters.stores.sessions.find(sha256(reply.cookies[0]!.value), systemClock());
    expect(session).toMatchObject({ subject: 'alice-1', amr: ['fed'] });
  });

  it('refuses like any other', async () => {
    const { reply } = await signIn({ authenticator: 'upstream', assertion: 'does not' });
    expect(pageOf(reply)).toMatchObject({ name: 'sign-in', fault: 'wrong_credentials' });
  });

  it('is not found under a name that is not in the list', async () => {
    const { reply } = await signIn({ authenticator: '__proto__', identifier: 'alice', password });
    expect(asked).toEqual([]);
    expect(pageOf(reply)).toMatchObject({ name: 'sign-in', fault: 'wrong_credentials' });
  });
});

it('an authenticator that fails costs the answer alone: no session, no refusal that would count', async () => {
  await expect(signIn({ authenticator: 'broken' })).rejects.toThrow('sign-in: failed');
  expect((await signIn({ identifier: 'alice', password })).reply.kind).toBe('redirect');
});
