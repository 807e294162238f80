import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something that may come once, and has. */
@Entity('replays')
export class ReplayEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'replays_pkey' })
  key!: string;

  @Index('replays_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
