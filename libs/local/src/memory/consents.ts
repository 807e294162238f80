import type { ConsentStore } from '@portico/sso';
import { noted } from './audit.js';
import { asPort, copyOf, type Tables } from './tables.js';

export const consentStore = (tables: Tables): ConsentStore => {
  const { consents } = tables;
  const key = (subject: string, clientId: string) => JSON.stringify([subject, clientId]);
  return asPort<ConsentStore>({
    find: (subject, clientId) => copyOf(consents.get(key(subject, clientId))),
    remember: (consent, by) => {
      const before = consents.get(key(consent.subject, consent.clientId));
      const scopes = [...new Set([...(before?.scopes ?? []), ...consent.scopes])];
      const at = Math.max(consent.at, before?.at ?? 0);
      consents.set(key(consent.subject, consent.clientId), { ...consent, scopes, at });
      const { subject, clientId } = consent;
      noted(
        tables,
        { event: 'consent_granted', subject, clientId, detail: { scope: [...new Set(consent.scopes)] } },
        by,
      );
    },
  });
};
