import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A device that waits for a person. Once approved, its code is a token of the authorization. */
@Entity('devices')
export class DeviceEntity {
  @PrimaryColumn('text', { name: 'device_code_hash', primaryKeyConstraintName: 'devices_pkey' })
  deviceCodeHash!: string;

  /** Null once it is answered: the code is free again, and leads nowhere. */
  @Index('devices_user_code', { unique: true })
  @Column('text', { name: 'user_code', nullable: true })
  userCode!: string | null;

  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Column('text', { array: true })
  scope!: string[];

  @Column('text', { nullable: true })
  answer!: 'approved' | 'denied' | null;

  @Column('integer', { name: 'interval_seconds' })
  intervalSeconds!: number;

  @Column('timestamptz', { name: 'polled_at', nullable: true })
  polledAt!: Date | null;

  /** Did the last poll come too early? */
  @Column('boolean')
  early!: boolean;

  @Index('devices_expires_at')
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
