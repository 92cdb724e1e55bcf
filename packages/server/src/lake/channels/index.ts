export {
  type AuditEventEntry,
  type AuditEventResult,
  type AuditEvents,
  type AuditEventsOptions,
  createAuditEvents,
} from './audit-events.ts'
export { type Channel, type ChannelId, channelArn, hasChannel, isKnownSource } from './channel.ts'
export { type ChannelConflict, type Channels, createChannels } from './channels.ts'
export type { IngestionStatus } from './ingestion-status.ts'
