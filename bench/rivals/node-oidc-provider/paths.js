// Where its endpoints are.
export const paths = {
  authorize: '/auth',
  token: '/token',
  introspection: '/token/introspection',
  userinfo: '/me',
  discovery: '/.well-known/openid-configuration',
  jwks: '/jwks',
};
