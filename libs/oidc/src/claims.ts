import { z } from 'zod';

const member = z.record(z.string(), z.unknown());

/** The `claims` parameter. @see OpenID Connect Core 1.0 §5.5 */
export const claimsRequestSchema = z.object({ userinfo: member.optional(), id_token: member.optional() });

/** @see OpenID Connect Core 1.0 §5.5 */
export type ClaimsRequest = z.infer<typeof claimsRequestSchema>;
