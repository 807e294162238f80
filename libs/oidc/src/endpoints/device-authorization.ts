import { urlOf } from '@portico/contracts';
import {
  json,
  pairName,
  parse,
  partitionFor,
  randomSecret,
  type Clock,
  type Endpoint,
  type Span,
} from '@portico/endpoint';
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
import { tokenKey } from '../token-key.js';
import { allowedScopes, scopesOf } from '../scope.js';
import { uiLocalesOf } from '../ui-locales.js';
import { newUserCode, shownUserCode } from '../user-code.js';
import { verificationUri } from '../verification-uri.js';

/** What the device authorization endpoint takes. */
export interface DeviceAuthorizationNeeds extends ClientAuthNeeds, ReportNeeds {
  readonly devices: DeviceStore;
  readonly policy: Policy;
  readonly clock: Clock;
}

/** What a device asks with, besides who it is; `ui_locales` is ours, and an extension may add some. @see RFC 8628 §3.1 */
export const deviceAuthorizationParams = z.object({ scope: z.string().optional(), ui_locales: z.string().optional() });

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
      const { scope, ui_locales: asked } = parse(deviceAuthorizationParams, request);
      const { text, device } = await waiting({ client, scope: scopeFor(scope, client) }, needs);
      const { device_code_lifetime: lifetime } = client.metadata;
      return json(200, {
        device_code: text,
        ...shown(device, uiLocalesOf(asked), needs.policy),
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

/** It leaves out the part of its authorization, which begins with the approval: when that will end, nobody knows yet. */
const textFor = (span: Span): string => `${randomSecret()}${pairName([partitionFor(span), undefined])}`;

const draws = 5;

const waiting = async (
  { client, scope }: { client: Client; scope: string[] },
  { devices, clock }: DeviceAuthorizationNeeds,
): Promise<{ text: string; device: WaitingDevice }> => {
  const now = clock();
  const expiresAt = now + client.metadata.device_code_lifetime;
  const text = textFor({ from: now, until: expiresAt });
  const device = { deviceCodeHash: tokenKey(text, now), clientId: client.id, scope, intervalSeconds, expiresAt };
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = { ...device, userCode: newUserCode() };
    if (await devices.begin(drawn)) return { text, device: drawn };
  }
  throw new OAuthError('temporarily_unavailable', 'There is no free user code at the moment', {
    detail: `${draws} user codes drawn, and all of them taken`,
  });
};

const shown = ({ userCode }: WaitingDevice, uiLocales: string | undefined, policy: Policy): Record<string, string> => ({
  user_code: shownUserCode(userCode),
  verification_uri: urlOf('device', policy),
  verification_uri_complete: verificationUri('device', { userCode, uiLocales }, policy),
  // Portico's: a picture of the line above, for a device that can show one and not draw it.
  verification_qr_uri: verificationUri('deviceQr', { userCode, uiLocales }, policy),
});
