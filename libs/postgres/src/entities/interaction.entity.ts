import type { Answers, Interaction, Prompt } from '@portico/sso';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('interactions')
export class InteractionEntity {
  /** @see `Partition` of `@portico/endpoint` */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'interactions_pkey' })
  partition!: number;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'interactions_pkey' })
  id!: string;

  /** What stays as it was opened. `json`, not `jsonb`: the request comes back byte for byte, whatever it holds. */
  @Column('json')
  opened!: Omit<Interaction, 'id' | 'prompt' | 'answers' | 'expiresAt'>;

  @Column('json')
  prompt!: Prompt;

  @Column('jsonb')
  answers!: Answers;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
