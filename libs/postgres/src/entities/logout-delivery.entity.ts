import type { LogoutState } from '@portico/oidc';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The news for one client that one session has ended; it outlives the session. */
@Entity('logout_deliveries')
@Index('logout_deliveries_target', ['sid', 'clientId'], { unique: true })
export class LogoutDeliveryEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'logout_deliveries_pkey' })
  id!: string;

  @Column('text')
  sid!: string;

  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Column('text')
  subject!: string;

  @Column('text', { default: 'pending' })
  state!: LogoutState;

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('integer', { name: 'last_status', nullable: true })
  lastStatus!: number | null;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Index('logout_deliveries_since')
  @Index('logout_deliveries_failed', { where: `(state = 'failed'::text)` })
  @Column('timestamptz')
  since!: Date;

  /** Nobody tries it before. */
  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  /** When the queue was told of it, or will come to it by itself. */
  @Index('logout_deliveries_pending', { where: `(state = 'pending'::text)` })
  @Column('timestamptz', { name: 'handed_at' })
  handedAt!: Date;

  @Column('timestamptz', { name: 'last_attempt_at', nullable: true })
  lastAttemptAt!: Date | null;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @Index('logout_deliveries_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
