import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sessions_pkey' })
  sid!: string;

  @Index('sessions_secret_hash', { unique: true })
  @Column('text', { name: 'secret_hash' })
  secretHash!: string;

  @Index('sessions_subject', { where: '(ended_at IS NULL)' })
  @Column('text')
  subject!: string;

  @Column('text', { array: true })
  amr!: string[];

  @Column('timestamptz', { name: 'auth_time' })
  authTime!: Date;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: Date;

  /** When it ends unless it is used before: never after `endsAt`. */
  @Index('sessions_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  @Column('integer', { name: 'idle_seconds', nullable: true })
  idleSeconds!: number | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { nullable: true })
  ip!: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** It ended with everything that its person had let clients do: offline access that begins in it is dead too. */
  @Column('boolean', { default: false })
  revoked!: boolean;
}

/** A client that got something in a session: it is told when the session ends. */
@Entity('session_participants')
export class SessionParticipantEntity {
  @ForeignKey(() => SessionEntity, { name: 'session_participants_sid_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { primaryKeyConstraintName: 'session_participants_pkey' })
  sid!: string;

  @PrimaryColumn('text', { name: 'client_id', primaryKeyConstraintName: 'session_participants_pkey' })
  clientId!: string;

  @Column('timestamptz', { name: 'joined_at' })
  joinedAt!: Date;

  /** Under which issuer it got something at last; OpenID Connect's where absent. */
  @Column('text', { nullable: true })
  face!: string | null;
}
