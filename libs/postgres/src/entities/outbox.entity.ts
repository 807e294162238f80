import type { Fact } from '@portico/contracts';
import { Column, Entity, Generated, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Facts in the order in which they were appended; the id is what makes a second delivery count once. */
@Entity('outbox')
export class OutboxEntity {
  @Index('outbox_unpublished', { where: '(published_at IS NULL)' })
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'outbox_pkey',
  })
  position!: string;

  @Generated('uuid')
  @Column('uuid')
  id!: string;

  @Column('text')
  event!: Fact['event'];

  @Column('jsonb')
  data!: Fact['data'];

  @Index('outbox_published_at', { where: '(published_at IS NOT NULL)' })
  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;

  /** Grows in the order of publishing, which `position` does not: of two that append at once the later may commit first. */
  @Index('outbox_published_position', { unique: true, where: '(published_position IS NOT NULL)' })
  @Column('bigint', { name: 'published_position', nullable: true })
  publishedPosition!: string | null;
}
