import type { EndpointRequest } from '@portico/endpoint';
import { OAuthError } from '../errors.js';
import type { Check } from './check.js';

const unsupported = ['request_uri', 'registration'] as const;
type Unsupported = (typeof unsupported)[number];

const notSupported = (name: Unsupported): OAuthError =>
  new OAuthError(`${name}_not_supported`, `${name} is not supported`);

const refuse = (name: Unsupported): Check => ({
  name,
  doors: ['authorize'],
  check: (params) => {
    if (params[name] !== undefined) throw notSupported(name);
  },
});

/** Request objects by reference and registration by request are answered with their own errors. @see OpenID Connect Core 1.0 §3.1.2.6, §6.2, §7.2.1 */
export const requestObjects: Check[] = unsupported.map(refuse);

/**
 * The same of a request that has no redirect URI to be answered at: one may be in what is not read.
 * @see OpenID Connect Core 1.0 §6.2, §7.2.1
 */
export const unsupportedIn = ({ params }: Pick<EndpointRequest, 'params'>): OAuthError | undefined => {
  const name = unsupported.find((one) => params[one]?.some((value) => value !== ''));
  return name && notSupported(name);
};
