import type { Registry } from '@portico/endpoint';
import type { ClientAuthentication } from './client-authentication.js';
import { clientSecretBasic } from './client-secret-basic.js';
import { clientSecretJwt } from './client-secret-jwt.js';
import { clientSecretPost } from './client-secret-post.js';
import { none } from './none.js';
import { privateKeyJwt } from './private-key-jwt.js';

/** Every way for a client to authenticate; a request is read by the first that finds credentials of its kind. */
export const clientAuthentications: Registry<ClientAuthentication> = [
  clientSecretBasic,
  clientSecretPost,
  clientSecretJwt,
  privateKeyJwt,
  none,
];
