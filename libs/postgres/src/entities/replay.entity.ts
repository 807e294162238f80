import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that may come once, and has. */
@Entity('replays')
export class ReplayEntity {
  /** @see `Partition` of `@portico/endpoint` */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'replays_pkey' })
  partition!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'replays_pkey' })
  key!: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** The id of the request that said it. */
  @Column('text', { name: 'said_by', nullable: true })
  saidBy!: string | null;
}
