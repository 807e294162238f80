import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { oidcCalls, oidcEndpoints, oidcOperations } from '@portico/oidc';
import type { Adapters } from './adapters.js';
import { KEYS, KeysListener } from './keys.listener.js';
import { oidcNeeds, ssoNeeds } from './needs.js';

/** The endpoints of OpenID Connect: `OidcEndpoints`. */
export const OIDC_ENDPOINTS = Symbol('OidcEndpoints');
/** What is asked for by GraphQL: `Operations`. */
export const OIDC_OPERATIONS = Symbol('Operations');
/** What is answered to services on the same bus: `OidcCalls`. */
export const OIDC_CALLS = Symbol('OidcCalls');
/** Takes note of what went wrong: `ReportNeeds['report']`. */
export const REPORT = Symbol('Report');
/** What the pages and signing in take: `SsoNeeds`. */
export const SSO_NEEDS = Symbol('SsoNeeds');

/** Hands the controllers, by token, what they stand on. */
@Module({})
export class AdaptersModule {
  static on(adapters: Adapters): DynamicModule {
    const providers: Provider[] = [
      { provide: OIDC_ENDPOINTS, useFactory: () => oidcEndpoints(oidcNeeds(adapters)) },
      { provide: OIDC_CALLS, useFactory: () => oidcCalls(oidcNeeds(adapters)) },
      { provide: OIDC_OPERATIONS, useFactory: () => oidcOperations(oidcNeeds(adapters)) },
      { provide: REPORT, useValue: adapters.report },
      { provide: KEYS, useValue: adapters.keys },
      { provide: SSO_NEEDS, useFactory: () => ssoNeeds(adapters) },
    ];
    return { module: AdaptersModule, global: true, controllers: [KeysListener], providers, exports: providers };
  }
}
