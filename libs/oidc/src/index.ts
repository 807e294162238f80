export * from './authorization.js';
export * from './claims.js';
export * from './client.js';
export { asOAuthError, OAuthError } from './errors.js';
export { grants } from './grants/index.js';
export * from './oidc.js';
export * from './policy.js';
export * from './ports.js';
export { standardScopes } from './scope.js';
