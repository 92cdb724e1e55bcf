export {
  type BuiltRecord,
  buildRecord,
  buildRecordKeepingOriginals,
  type EventCategory,
  type JsonObject,
  type OmittedContent,
  type RecordDraft,
  type RecordResource,
  recordLimits,
  recordVersion,
  type TlsDetails,
} from './build-record.ts'
export {
  type CallContext,
  type ContextSelection,
  contextField,
  isRequestContextKey,
  type TaggedResource,
  withEventContext,
} from './event-context.ts'
export {
  type EventFields,
  type EventHead,
  eventFields,
  fieldsOfRecord,
  readRecord,
} from './event-fields.ts'
export { eventHead } from './event-head.ts'
export {
  dataEventOf,
  dynamodbParameters,
  ec2Elements,
  ec2Parameters,
  isReadOnlyName,
  memberHabits,
  recordApiVersion,
  recordErrorCode,
  recordEventName,
  recordEventSource,
  recordUserAgent,
  type S3Request,
  s3Parameters,
  s3Resources,
  showsResponse,
  unwrapAnswer,
} from './habits/index.ts'
export { escapeHtmlSafe, jsonText } from './json-text.ts'
export type { EventResource } from './lookup-resources.ts'
export { recordMemberName, recordMembers } from './members.ts'
export { readOriginal, restoreOriginals } from './restore-originals.ts'
export { memberTime, parseRecordTime, recordTime, recordTimeAt, secondAt } from './time.ts'
export {
  assumedRoleIdentity,
  crossAccountIdentity,
  iamUserIdentity,
  type RoleSessionFacts,
  type RootFacts,
  rootIdentity,
  type SessionContextFacts,
  samlUserIdentity,
  serviceIdentity,
  type UserFacts,
  type UserIdentity,
  unknownIdentity,
  webIdentityUserIdentity,
} from './user-identity.ts'
