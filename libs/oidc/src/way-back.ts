import type { WayBack } from '@portico/endpoint';
import type { Client } from './client.js';

const initiated = (uri: string, issuer: string): string => {
  const url = new URL(uri);
  url.searchParams.set('iss', issuer);
  return url.href;
};

const wayTo = ({ id, metadata }: Client, uri: string): WayBack => ({ name: metadata.client_name ?? id, uri });

/** Where a client begins a sign-in. @see OpenID Connect Core 1.0 §4 (initiate_login_uri) */
export const signInAt = (client: Client, issuer: string): { readonly signIn?: WayBack } => {
  const { initiate_login_uri: uri } = client.metadata;
  return uri === undefined ? {} : { signIn: wayTo(client, initiated(uri, issuer)) };
};

/** The home page of a client. @see OpenID Connect Dynamic Client Registration 1.0 §2 (client_uri) */
export const homeOf = (client: Client): { readonly back?: WayBack } => {
  const { client_uri: uri } = client.metadata;
  return uri === undefined ? {} : { back: wayTo(client, uri) };
};

/**
 * Where a person who can go no further here gets on: where the client begins a sign-in, else its home page.
 * @see OpenID Connect Core 1.0 §4
 */
export const wayBackTo = (client: Client, issuer: string): { readonly back?: WayBack } => {
  const { signIn } = signInAt(client, issuer);
  return signIn ? { back: signIn } : homeOf(client);
};
