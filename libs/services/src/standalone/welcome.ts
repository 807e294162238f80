import { demoAccount, demoClient } from '../demo/demo.js';

/** What a person reads who has started Portico on a laptop. */
export const welcome = ({ issuer, demo }: { readonly issuer: string; readonly demo: boolean }): string =>
  `\n  Portico is ready.\n\n${demo ? demoLines(issuer) : `  Issuer     ${issuer}`}\n\n`;

const demoLines = (issuer: string): string => {
  const { origin } = new URL(issuer);
  const { client_id: clientId } = demoClient(origin);
  return `  Try it     ${origin}/
  Sign in    ${demoAccount.username} / ${demoAccount.password}
  Issuer     ${issuer}
  Client     ${clientId} (public, code + PKCE)

  With openid-client 6:

${snippet(issuer, clientId)}`;
};

const snippet = (issuer: string, clientId: string): string => {
  const insecure = issuer.startsWith('http:') ? ', { execute: [oidc.allowInsecureRequests] }' : '';
  return `    import * as oidc from 'openid-client';

    const config = await oidc.discovery(new URL('${issuer}'), '${clientId}', undefined, oidc.None()${insecure});
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: '${new URL(issuer).origin}/demo/callback',
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    // Send the browser to \`url\`; where it comes back:
    const tokens = await oidc.authorizationCodeGrant(config, new URL(callbackUrl), { pkceCodeVerifier });`;
};
