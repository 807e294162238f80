import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** So many attempts of a bucket in a window that ends at `expires_at`. */
@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'attempts_pkey' })
  bucket!: string;

  @Column('integer')
  count!: number;

  @Index('attempts_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
