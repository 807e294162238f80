import type { AuditEventName } from '@portico/admin';
import { Column, Entity, Generated, Index, PrimaryColumn } from 'typeorm';

/** Kept in a part a month. An id and a time name a row: the time alone says in which part it is. */
@Entity('audit_events')
@Index('audit_events_subject', ['subject', 'at'], { where: '(subject IS NOT NULL)' })
@Index('audit_events_client_id', ['clientId', 'at'], { where: '(client_id IS NOT NULL)' })
@Index('audit_events_event', ['event', 'at'], { where: `(event <> 'tokens_issued'::text)` })
export class AuditEventEntity {
  /** By the clock of the database: processes differ. */
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'audit_events_pkey', default: () => 'now()' })
  at!: Date;

  @Generated('uuid')
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_events_pkey' })
  id!: string;

  @Column('text')
  event!: AuditEventName;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('text', { name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column('text', { nullable: true })
  sid!: string | null;

  @Column('text', { name: 'authorization_id', nullable: true })
  authorizationId!: string | null;

  @Column('text', { nullable: true })
  ip!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  /** Which process wrote it, as it calls itself to the database. */
  @Column('text', { nullable: true, default: () => `current_setting('application_name', true)` })
  process!: string | null;

  /** Ids, names and counts; no secret, no token, and no hash of one. */
  @Column('jsonb', { nullable: true })
  detail!: Readonly<Record<string, unknown>> | null;
}
