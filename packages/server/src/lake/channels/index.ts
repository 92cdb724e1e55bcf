export { type AuditEventResult, type AuditEvents, createAuditEvents } from './audit-events.ts'
export { type Channel, channelArn, channelCollection, hasChannel, isKnownSource } from './channel.ts'
export { type ChannelConflict, type Channels, createChannels } from './channels.ts'
export type { IngestionStatus } from './ingestion-status.ts'
