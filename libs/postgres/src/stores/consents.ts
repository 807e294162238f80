import type { Consent, ConsentStore } from '@portico/sso';
import { auditColumns, caller, callerValues } from '../audit.js';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { first } from '../statement.js';

const find = {
  name: 'consents.find',
  text: `SELECT subject, client_id AS "clientId", scopes, ${epoch('consented_at')} AS at
    FROM consents WHERE subject = $1 AND client_id = $2`,
};
const remember = {
  name: 'consents.remember',
  text: `WITH granted AS (
      INSERT INTO audit_events (${auditColumns}) VALUES
        ('consent_granted', $1, $2, NULL, NULL, ${caller(5)}, jsonb_build_object('scope', to_jsonb($3::text[])))
    )
    INSERT INTO consents AS c (subject, client_id, scopes, consented_at) VALUES ($1, $2, $3, to_timestamp($4))
    ON CONFLICT (subject, client_id) DO UPDATE SET
      scopes = c.scopes || ARRAY(SELECT s FROM unnest(excluded.scopes) s WHERE s <> ALL (c.scopes)),
      consented_at = greatest(c.consented_at, excluded.consented_at)`,
};

export const consentStore = ({ run }: Database): ConsentStore => ({
  find: (subject, clientId) => first<Consent>(run, find, [subject, clientId]),
  remember: async ({ subject, clientId, scopes, at }, by) => {
    await run(remember, [subject, clientId, [...new Set(scopes)], at, ...callerValues(by)]);
  },
});
