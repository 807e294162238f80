import type { Answers, Interaction, Prompt } from '@portico/sso';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('interactions')
export class InteractionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'interactions_pkey' })
  id!: string;

  /** What stays as it was opened. `json`, not `jsonb`: the request comes back byte for byte, whatever it holds. */
  @Column('json')
  opened!: Omit<Interaction, 'id' | 'prompt' | 'answers' | 'expiresAt'>;

  @Column('json')
  prompt!: Prompt;

  @Column('jsonb')
  answers!: Answers;

  @Index('interactions_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
