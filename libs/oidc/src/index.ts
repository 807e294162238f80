export * from './authorization.js';
export * from './claims.js';
export * from './client.js';
export { OAuthError } from './errors.js';
export * from './oidc.js';
export * from './policy.js';
export * from './ports.js';
