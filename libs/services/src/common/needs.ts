import { pathsOf } from '@portico/contracts';
import type { OidcNeeds } from '@portico/oidc';
import type { authenticators, InteractionEndpointNeeds, SignInNeeds } from '@portico/sso';
import type { Adapters } from './adapters.js';

const cookiesFor = (issuer: string) => ({ secure: issuer.startsWith('https:') });

/** What the endpoints of OpenID Connect take. */
export const oidcNeeds = ({
  config,
  stores,
  settings,
  keys,
  refreshKey,
  passwords,
  clock,
  report,
}: Adapters): OidcNeeds => ({
  ...stores,
  policy: {
    issuer: config.PORTICO_ISSUER,
    get refreshReplaySeconds() {
      return settings.current().refresh_token_replay_window;
    },
  },
  passwords,
  keys: keys.current,
  refreshKey,
  clock,
  cookies: cookiesFor(config.PORTICO_ISSUER),
  report,
});

/** What the pages and signing in take. */
export type SsoNeeds = InteractionEndpointNeeds & SignInNeeds & Parameters<typeof authenticators>[0];

/** What the pages and signing in take. */
export const ssoNeeds = ({ config, stores, settings, passwords, clock, report }: Adapters): SsoNeeds => {
  const path = (name: 'interaction' | 'signIn') => pathsOf(name, config.PORTICO_ISSUER)[0] ?? '/';
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
