import { hash, verify } from '@node-rs/argon2';
import { endpoints as contracts, pathsOf, type EndpointName, type Fact } from '@portico/contracts';
import { callerOf, type EndpointReply, type EndpointRequest, type Page } from '@portico/endpoint';
import {
  establishPasswordKey,
  generateKey,
  openKeySet,
  seal,
  signingAlgorithm,
  type KeySet,
  type PasswordKey,
} from '@portico/jwt';
import { memoryStores } from '@portico/local';
import {
  clientMetadataSchema,
  clientsOnPages,
  needsReadableSecret,
  oidcCalls,
  oidcEndpoints,
  oidcOperations,
  type Client,
  type ClientMetadata,
} from '@portico/oidc';
import { isRevocation, revocationIndex, type TokenName } from '@portico/revocation';
import {
  authenticators,
  interactionEndpoint,
  isSignIn,
  sessionsEndpoint,
  signInEndpoint,
  type AccountWithPassword,
  type PasswordHasher,
} from '@portico/sso';
import { clientSecretKey } from './administration.js';
import { testClock } from './clock.js';
import { get, post, type GivenParams } from './request.js';

/** The issuer of the rules' tests. */
export const issuer = 'https://id.example.test/oidc';
/** Alice's password, and the secret of every client that has one. */
export const secret = 'correct horse battery staple';

// Real argon2id at the least cost it has: what is tested is the rules' use of it.
const cheap = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const passwords: PasswordHasher = {
  hash: (password) => hash(password, cheap),
  verify: async (password, stored) =>
    (await verify(stored ?? (await hash('nobody', cheap)), password)) && stored !== undefined,
};

const sealKey = new Uint8Array(32).fill(1);
let keySet: KeySet | undefined;
const keysAt = async (at: number): Promise<KeySet> =>
  (keySet ??= openKeySet(
    await Promise.all(signingAlgorithm.options.map((alg) => generateKey(alg, sealKey, at))),
    sealKey,
    at,
  ));

let passwordKey: Promise<PasswordKey> | undefined;

const secretsOf = async ({ id, metadata }: Pick<Client, 'id' | 'metadata'>): Promise<Client['secrets']> => {
  if (metadata.token_endpoint_auth_method === 'none') return [];
  return needsReadableSecret(metadata)
    ? [{ sealed: seal(secret, id, clientSecretKey), createdAt: 0 }]
    : [{ hash: await passwords.hash(secret), createdAt: 0 }];
};

/** A registered client with the settings given, and the defaults for the rest. */
export const clientOf = async (id: string, given: Record<string, unknown>): Promise<Client> => {
  const metadata = clientMetadataSchema.parse({
    client_name: id,
    redirect_uris: [`https://${id}.example.test/cb`],
    post_logout_redirect_uris: [`https://${id}.example.test/bye`],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    scope: 'openid profile email phone address offline_access username roles orders:read',
    ...given,
  }) satisfies ClientMetadata;
  return { id, secrets: await secretsOf({ id, metadata }), metadata };
};

const person = async (subject: string, username: string, more: object = {}): Promise<AccountWithPassword> => ({
  account: {
    subject,
    username,
    claims: { email: `${username}@example.test`, email_verified: true, ...more },
    updatedAt: 1_700_000_000,
  },
  passwordHash: await passwords.hash(secret),
});

/** The whole of the rules on memory stores, with a clock that a test moves. */
export const rules = async (
  clients: Record<string, Record<string, unknown>> = { web: {} },
  { sessionIdleSeconds = 0 }: { sessionIdleSeconds?: number } = {},
) => {
  const clock = testClock();
  const keys = await keysAt(clock());
  const held = { keys };
  const stores = memoryStores();
  const reported: unknown[] = [];
  const openedKey = await (passwordKey ??= establishPasswordKey({ ...stores, sealKey, clock }));
  await stores.registrations.save(
    await Promise.all(Object.entries(clients).map(([id, metadata]) => clientOf(id, metadata))),
    [
      await person('sub-alice', 'alice', { name: 'Alice Example', given_name: 'Alice' }),
      await person('sub-bob', 'bob'),
    ],
  );
  const recalled = { isCurrent: false };
  const needs = {
    ...stores,
    revocations: {
      holds: (token: TokenName) => (recalled.isCurrent ? recallOf(stores.facts).holds(token) : 'unknown'),
    },
    policy: {
      issuer,
      refreshReplaySeconds: 30,
      keysMaxAgeSeconds: 300,
      sessionLifetimeSeconds: 3600,
      sessionIdleSeconds,
    },
    keys: () => held.keys,
    passwordKey: () => openedKey,
    refreshKey: new Uint8Array(32).fill(2),
    pairwiseKey: new Uint8Array(32).fill(3),
    clientSecretKey,
    passwords,
    clock,
    cookies: { secure: true },
    report: (error: unknown) => void reported.push(error),
    clientsOnPages: clientsOnPages(stores.clients),
    host: 'id.example.test',
    paths: {
      interaction: '/interaction',
      signIn: '/interaction/sign-in',
      sessions: '/sessions',
      endSession: '/oidc/session/end',
    },
  };
  const [password] = authenticators(needs);
  const signIn = signInEndpoint(needs);
  const endpoints = {
    ...oidcEndpoints(needs),
    interaction: interactionEndpoint(needs),
    sessions: sessionsEndpoint(needs),
    signIn: async (request: EndpointRequest) => {
      const form = Object.fromEntries(Object.entries(request.params).map(([name, [value = '']]) => [name, value]));
      return signIn(
        request,
        isSignIn(request, needs) ? await password!.authenticate(form, callerOf(request)) : undefined,
      );
    },
  };
  return {
    endpoints,
    operations: oidcOperations(needs),
    calls: oidcCalls(needs),
    report: needs.report,
    clock,
    stores,
    keys,
    /** What signs and verifies; another set may take its place. */
    held,
    passwords,
    reported,
    /** While `isCurrent`, what was revoked is known by heart, as in the services; else only the store knows. */
    recalled,
  };
};

const recallOf = (facts: readonly Fact[]) => {
  const index = revocationIndex({ completeSince: 0 });
  for (const fact of facts) if (isRevocation(fact)) index.add(fact);
  return index;
};

/** What `rules` gives. */
export type Rules = Awaited<ReturnType<typeof rules>>;

/** Those of the rules; what a service reads in a language of its own is tested there. */
type RuleEndpoint = Exclude<EndpointName, 'graphql'>;

const endpointAt = (pathname: string): RuleEndpoint => {
  const names = Object.keys(contracts).filter((name) => name !== 'graphql') as RuleEndpoint[];
  const found = names.find((name) => pathsOf(name, { issuer }).includes(pathname));
  if (found === undefined) throw new Error(`no endpoint at ${pathname}`);
  return found;
};

const hiddenOn = (page: Page): GivenParams => {
  if (page.name === 'device-code') return { ui_locales: page.uiLocales };
  if (page.name === 'sessions') return { ui_locales: page.uiLocales };
  if (page.name === 'device-confirm') return { user_code: page.userCode, ui_locales: page.uiLocales };
  return 'interaction' in page ? { interaction: page.interaction } : {};
};

/** A browser without a network: it keeps cookies and follows redirects that stay at the provider. */
export const ruleBrowser = ({ endpoints }: Pick<Rules, 'endpoints'>, ip = '192.0.2.1') => {
  const cookies: Record<string, string> = {};
  const send = async (name: RuleEndpoint, request: EndpointRequest): Promise<EndpointReply> => {
    const reply = await endpoints[name]({ ...request, cookies: { ...cookies }, ip });
    for (const { name: cookie, value, maxAgeSeconds } of reply.cookies) {
      if (maxAgeSeconds === 0) Reflect.deleteProperty(cookies, cookie);
      else cookies[cookie] = value;
    }
    return reply.kind === 'redirect' && reply.location.startsWith('/') ? follow(reply.location) : reply;
  };
  const follow = (location: string): Promise<EndpointReply> => {
    const url = new URL(location, issuer);
    return send(
      endpointAt(url.pathname),
      get(Object.fromEntries(url.searchParams), { url: url.pathname + url.search }),
    );
  };
  const submit = (reply: EndpointReply, fields: GivenParams): Promise<EndpointReply> => {
    if (reply.kind !== 'page' || !('csrf' in reply.page))
      throw new Error(`there is no form on ${JSON.stringify(reply)}`);
    const { action, csrf } = reply.page;
    return send(endpointAt(action), post({ csrf, ...hiddenOn(reply.page), ...fields }));
  };
  return {
    cookies,
    get: (name: RuleEndpoint, params: GivenParams) => send(name, get(params)),
    post: (name: RuleEndpoint, params: GivenParams) => send(name, post(params)),
    follow,
    submit,
    /** Answers whatever is asked until the provider is done, as the person named. */
    answer: async (reply: EndpointReply, username = 'alice'): Promise<EndpointReply> => {
      let now = reply;
      for (let turns = 0; now.kind === 'page' && 'csrf' in now.page && turns < 5; turns += 1) {
        const fields: Record<string, GivenParams> = {
          'sign-in': { identifier: username, password: secret },
          consent: { answer: 'allow' },
          'select-account': { answer: 'continue' },
          'device-confirm': { answer: 'continue' },
        };
        now = await submit(now, fields[now.page.name] ?? {});
      }
      return now;
    },
  };
};

/** The parameters with which a reply sends the browser back to the client. */
export const paramsOf = (reply: EndpointReply): Record<string, string> => {
  if (reply.kind === 'form_post') return reply.params;
  if (reply.kind !== 'redirect') throw new Error(`not sent back to a client: ${JSON.stringify(reply)}`);
  const url = new URL(reply.location);
  return Object.fromEntries(url.hash ? new URLSearchParams(url.hash.slice(1)) : url.searchParams);
};

/** The body of a JSON reply. */
export const bodyOf = (reply: EndpointReply): Record<string, unknown> => {
  if (reply.kind !== 'json') throw new Error(`not JSON: ${JSON.stringify(reply)}`);
  return reply.body;
};
