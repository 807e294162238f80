import { json, type Endpoint } from '@portico/endpoint';
import type { PasswordKey } from '@portico/jwt';

/** What telling the password key takes. */
export interface PasswordKeyNeeds {
  readonly passwordKey: () => PasswordKey;
}

/** The key to which the older SDKs encrypt passwords, where they look for it. @see RFC 8017 §7.2, RFC 7468 §13 */
export const passwordKeyEndpoint =
  ({ passwordKey }: PasswordKeyNeeds): Endpoint =>
  () =>
    Promise.resolve(json(200, { code: 200, message: '操作成功', data: { publicKey: passwordKey().publicPem } }));

/**
 * The same where the newer ones look for it, bare. There is no SM2 key, and what is not offered is left out: an SDK that
 * is set to it says that it finds none.
 * @see RFC 8017 §7.2, RFC 7468 §13
 */
export const systemEndpoint =
  ({ passwordKey }: PasswordKeyNeeds): Endpoint =>
  () =>
    Promise.resolve(json(200, { rsa: { publicKey: passwordKey().publicPem } }));
