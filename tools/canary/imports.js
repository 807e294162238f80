// Imports that the floors forbid, one from each kind of door that must stay shut.
export const forbidden = [
  ['libs/jwt/src', '@portico/oidc'], // words know no rules
  ['libs/sso/src', '@portico/oidc'], // sign-in knows no protocol
  ['libs/oidc/src', '@portico/admin'], // protocols do not know each other
  ['libs/oidc/src', '@portico/postgres'], // rules know no adapter
  ['libs/oidc/src', 'pg'], // rules use zod, jose and node only
  ['libs/bus/src', '@portico/queue'], // adapters do not know each other
  ['libs/postgres/src', '@portico/services/token'], // nothing looks up
  ['libs/services/src/token', '@portico/testing'], // only tests use what is for tests
  ['apps/token/src', '@portico/bus'], // an application picks services, nothing else
];

/** Imports that are allowed: they show that it is the rule that finds the others. */
export const allowed = [
  ['libs/oidc/src', '@portico/sso'],
  ['libs/bus/src', '@portico/contracts'],
];
