import { beforeEach, describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import { issuer } from './provider.js';
import { arrive, refuse } from './sdk-arrival.js';
import { secret } from './setup/declaration.js';

// Unmodified, from npm, and CommonJS.
const require = createRequire(import.meta.url);

interface PassportStrategy {
  authenticate(request: object, options: object): void;
}
const { Strategy } = require('passport-openidconnect') as {
  Strategy: new (options: object, verify: unknown) => PassportStrategy;
};

/** How an attempt ends, by the four ways that passport has. */
type Outcome =
  | { readonly redirect: string }
  | { readonly user: Record<string, unknown> }
  | { readonly fail: unknown }
  | { readonly error: { readonly name: string; readonly code?: string } };

const strategyFor = (clientSecret: string) =>
  new Strategy(
    {
      issuer,
      authorizationURL: `${issuer}/auth`,
      tokenURL: `${issuer}/token`,
      userInfoURL: `${issuer}/me`,
      clientID: 'post',
      clientSecret,
      callbackURL: 'https://post.example.test/cb',
      scope: 'profile email',
      prompt: 'consent',
      skipUserProfile: false,
    },
    (_issuer: string, profile: object, done: (error: null, user: object) => void) => done(null, profile),
  );

let session: object;
beforeEach(() => void (session = {}));

const attempt = (strategy: PassportStrategy, query: object): Promise<Outcome> =>
  new Promise((resolve) => {
    const run = Object.assign(Object.create(strategy) as PassportStrategy, {
      redirect: (redirect: string) => resolve({ redirect }),
      success: (user: Record<string, unknown>) => resolve({ user }),
      fail: (fail: unknown) => resolve({ fail }),
      error: (error: { name: string }) => resolve({ error }),
    });
    run.authenticate({ query, body: {}, session, headers: {}, url: '/', connection: {} }, {});
  });

/** Begins, lets the person answer, and gives passport what comes back. */
const signIn = async (strategy: PassportStrategy, person = arrive): Promise<Outcome> => {
  const begun = await attempt(strategy, {});
  const callback = await person('redirect' in begun ? begun.redirect : '');
  return attempt(strategy, Object.fromEntries(callback.searchParams));
};

describe('passport-openidconnect', () => {
  it('signs a person in', async () => {
    expect(await signIn(strategyFor(secret))).toMatchObject({ user: { displayName: 'Anna Example' } });
  });

  it('OpenID Connect Core 1.0 §3.1.2.6: a person who refuses fails the sign-in, and the next one succeeds', async () => {
    const strategy = strategyFor(secret);
    expect(await signIn(strategy, refuse)).toEqual({ fail: { message: expect.stringMatching(/./) } });
    expect(await signIn(strategy)).toHaveProperty('user');
  });

  it('RFC 6749 §5.2: a wrong secret is reported as the error of the token endpoint', async () => {
    expect(await signIn(strategyFor('wrong'))).toMatchObject({ error: { name: 'TokenError', code: 'invalid_client' } });
  });

  it('RFC 6749 §10.12: a code that answers no request of this browser fails', async () => {
    const strategy = strategyFor(secret);
    const begun = await attempt(strategy, {});
    const callback = await arrive('redirect' in begun ? begun.redirect : '');
    session = {};
    expect(await attempt(strategy, Object.fromEntries(callback.searchParams))).toHaveProperty('fail');
  });
});
