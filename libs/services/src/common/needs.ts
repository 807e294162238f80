import type { Config } from '@portico/config';
import { pathsOf, type Site } from '@portico/contracts';
import type { OidcNeeds } from '@portico/oidc';
import type { authenticators, InteractionEndpointNeeds, SignInNeeds } from '@portico/sso';
import type { Adapters } from './adapters.js';

const siteOf = ({ PORTICO_ISSUER: issuer, PORTICO_PATHS: paths }: Config): Site => ({ issuer, paths });
const cookiesFor = (issuer: string) => ({ secure: issuer.startsWith('https:') });

/** What the endpoints of OpenID Connect take. */
export const oidcNeeds = ({
  config,
  stores,
  settings,
  keys,
  refreshKey,
  pairwiseKey,
  clientSecretKey,
  remoteKeys,
  passwords,
  clock,
  report,
}: Adapters): OidcNeeds => ({
  ...stores,
  policy: {
    ...siteOf(config),
    get refreshReplaySeconds() {
      return settings.current().refresh_token_replay_window;
    },
  },
  passwords,
  keys: keys.current,
  refreshKey,
  pairwiseKey,
  clientSecretKey,
  remoteKeys,
  clock,
  cookies: cookiesFor(config.PORTICO_ISSUER),
  report,
});

/** What the pages and signing in take. */
export type SsoNeeds = InteractionEndpointNeeds & SignInNeeds & Parameters<typeof authenticators>[0];

/** What the pages and signing in take. */
export const ssoNeeds = ({ config, stores, settings, passwords, clock, report }: Adapters): SsoNeeds => {
  const path = (name: 'interaction' | 'signIn') => pathsOf(name, siteOf(config))[0] ?? '/';
  return {
    ...stores,
    passwords,
    policy: {
      get sessionLifetimeSeconds() {
        return settings.current().session_lifetime;
      },
    },
    paths: { interaction: path('interaction'), signIn: path('signIn') },
    clock,
    cookies: cookiesFor(config.PORTICO_ISSUER),
    report,
  };
};
