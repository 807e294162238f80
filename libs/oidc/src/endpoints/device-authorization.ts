import { urlOf } from '@portico/contracts';
import { json, parse, randomSecret, sha256, single, type Clock, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { z } from 'zod';
import { authenticateClient, type ClientAuthNeeds } from '../client-auth/authenticate-client.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import type { WaitingDevice } from '../device.js';
import { OAuthError } from '../errors.js';
import { faces } from '../face.js';
import { deviceCode } from '../grants/device-code.js';
import type { Policy } from '../policy.js';
import type { DeviceStore } from '../ports.js';
import { allowedScopes, scopesOf } from '../scope.js';
import { newUserCode, shownUserCode } from '../user-code.js';

/** What the device authorization endpoint takes. */
export interface DeviceAuthorizationNeeds extends ClientAuthNeeds, ReportNeeds {
  readonly devices: DeviceStore;
  readonly policy: Policy;
  readonly clock: Clock;
}

const params = z.object({ scope: z.string().optional() });

/** @see RFC 8628 §3.2 (interval) */
const intervalSeconds = 5;

/**
 * The device authorization endpoint; clients authenticate as they do at the token endpoint.
 * @see RFC 8628 §3.1, §3.2
 */
export const deviceAuthorizationEndpoint =
  (needs: DeviceAuthorizationNeeds): Endpoint =>
  async (request) => {
    try {
      const client = await authenticateClient(request, 'token', needs);
      checkRegistered(client);
      const { scope } = parse(params, single(request));
      const text = randomSecret();
      const device = await waiting({ text, client, scope: scopeFor(scope, client) }, needs);
      const { device_code_lifetime: lifetime } = client.metadata;
      return json(200, {
        device_code: text,
        ...shown(device, needs.policy),
        expires_in: lifetime,
        interval: intervalSeconds,
      });
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

const checkRegistered = ({ metadata }: Client): void => {
  if (metadata.grant_types.some((registered) => registered === deviceCode.name)) return;
  throw new OAuthError('unauthorized_client', `This client is not registered for grant_type=${deviceCode.name}`);
};

const scopeFor = (scope: string | undefined, client: Client): string[] =>
  allowedScopes(
    scopesOf(scope).filter((one) => faces.oidc.knows(one)),
    client,
  );

const draws = 5;

const waiting = async (
  { text, client, scope }: { text: string; client: Client; scope: string[] },
  { devices, clock }: DeviceAuthorizationNeeds,
): Promise<WaitingDevice> => {
  const expiresAt = clock() + client.metadata.device_code_lifetime;
  const device = { deviceCodeHash: sha256(text), clientId: client.id, scope, intervalSeconds, expiresAt };
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = { ...device, userCode: newUserCode() };
    if (await devices.begin(drawn)) return drawn;
  }
  throw new OAuthError('temporarily_unavailable', 'There is no free user code at the moment', {
    detail: `${draws} user codes drawn, and all of them taken`,
  });
};

const shown = ({ userCode }: WaitingDevice, policy: Policy): Record<string, string> => {
  const uri = urlOf('device', policy);
  const code = shownUserCode(userCode);
  return {
    user_code: code,
    verification_uri: uri,
    verification_uri_complete: `${uri}?user_code=${code}`,
    // Portico's: a picture of the line above, for a device that can show one and not draw it.
    verification_qr_uri: `${urlOf('deviceQr', policy)}?user_code=${code}`,
  };
};
