import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { oidcEndpoints } from '@portico/oidc';
import type { Adapters } from './adapters.js';
import { oidcNeeds, ssoNeeds } from './needs.js';

/** The endpoints of OpenID Connect: `OidcEndpoints`. */
export const OIDC_ENDPOINTS = Symbol('OidcEndpoints');
/** What the pages and signing in take: `SsoNeeds`. */
export const SSO_NEEDS = Symbol('SsoNeeds');

/** Hands the controllers, by token, what they stand on. */
@Module({})
export class AdaptersModule {
  static on(adapters: Adapters): DynamicModule {
    const providers: Provider[] = [
      { provide: OIDC_ENDPOINTS, useFactory: () => oidcEndpoints(oidcNeeds(adapters)) },
      { provide: SSO_NEEDS, useFactory: () => ssoNeeds(adapters) },
    ];
    return { module: AdaptersModule, global: true, providers, exports: providers };
  }
}
