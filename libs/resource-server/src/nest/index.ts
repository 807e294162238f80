export { BearerGuard, RequiredScope, RESOURCE_SERVER, Token } from './bearer-guard.js';
