import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sessions_pkey' })
  sid!: string;

  @Index('sessions_secret_hash', { unique: true })
  @Column('text', { name: 'secret_hash' })
  secretHash!: string;

  @Column('text')
  subject!: string;

  @Column('text', { array: true })
  amr!: string[];

  @Column('timestamptz', { name: 'auth_time' })
  authTime!: Date;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Index('sessions_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
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
}
