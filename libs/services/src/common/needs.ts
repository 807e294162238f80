import type { Config } from '@portico/config';
import { pathsOf, type Site } from '@portico/contracts';
import { clientsOnPages, type OidcNeeds } from '@portico/oidc';
import type { authenticators, InteractionEndpointNeeds, SessionsNeeds, SignInNeeds } from '@portico/sso';
import type { Adapters } from './adapters.js';
import { keysMaxAgeSeconds } from './rotation.js';

const siteOf = ({ PORTICO_ISSUER: issuer, PORTICO_PATHS: paths }: Config): Site => ({ issuer, paths });
const cookiesFor = (issuer: string) => ({ secure: issuer.startsWith('https:') });

/** What the endpoints of OpenID Connect take. */
export const oidcNeeds = ({
  config,
  stores,
  revocations,
  settings,
  keys,
  refreshKey,
  pairwiseKey,
  clientSecretKey,
  remoteKeys,
  passwords,
  clock,
  report,
  tally,
}: Adapters): OidcNeeds => ({
  ...stores,
  revocations,
  policy: {
    ...siteOf(config),
    get refreshReplaySeconds() {
      return settings.current().refresh_token_replay_window;
    },
    get keysMaxAgeSeconds() {
      return keysMaxAgeSeconds(settings.current());
    },
  },
  passwords,
  keys: keys.current,
  passwordKey: keys.password,
  refreshKey,
  pairwiseKey,
  clientSecretKey,
  remoteKeys,
  clock,
  cookies: cookiesFor(config.PORTICO_ISSUER),
  report,
  tally,
});

/** What the pages and signing in take. */
export type SsoNeeds = InteractionEndpointNeeds & SignInNeeds & SessionsNeeds & Parameters<typeof authenticators>[0];

/** What the pages and signing in take. */
export const ssoNeeds = ({ config, stores, settings, passwords, clock, report, tally }: Adapters): SsoNeeds => {
  const path = (name: 'interaction' | 'signIn' | 'sessions' | 'endSession') => pathsOf(name, siteOf(config))[0] ?? '/';
  return {
    ...stores,
    passwords,
    policy: {
      get sessionLifetimeSeconds() {
        return settings.current().session_lifetime;
      },
      get sessionIdleSeconds() {
        return settings.current().session_idle_lifetime;
      },
    },
    clientsOnPages: clientsOnPages(stores.clients),
    host: new URL(config.PORTICO_ISSUER).host,
    paths: {
      interaction: path('interaction'),
      signIn: path('signIn'),
      sessions: path('sessions'),
      endSession: path('endSession'),
    },
    clock,
    cookies: cookiesFor(config.PORTICO_ISSUER),
    report,
    tally,
  };
};
