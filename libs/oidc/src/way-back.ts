import type { WayBack } from '@portico/endpoint';
import type { Client } from './client.js';

const initiated = (uri: string, issuer: string): string => {
  const url = new URL(uri);
  url.searchParams.set('iss', issuer);
  return url.href;
};

/**
 * Where a person who can go no further here gets on: where the client begins a sign-in, else its home page.
 * @see OpenID Connect Core 1.0 §4
 */
export const wayBackTo = ({ id, metadata }: Client, issuer: string): { readonly back?: WayBack } => {
  const { client_name: name = id, initiate_login_uri: login, client_uri: home } = metadata;
  const uri = login === undefined ? home : initiated(login, issuer);
  return uri === undefined ? {} : { back: { name, uri } };
};
