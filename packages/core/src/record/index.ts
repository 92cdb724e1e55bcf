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
  type EventFields,
  type EventHead,
  eventFields,
  eventHead,
  fieldsOfRecord,
} from './event-fields.ts'
export { isReadOnlyName, recordErrorCode, recordUserAgent, showsResponse } from './habits/index.ts'
export { escapeHtmlSafe, jsonText } from './json-text.ts'
export type { EventResource } from './lookup-resources.ts'
export { recordMemberName, recordMembers } from './members.ts'
export { memberTime, parseRecordTime, recordTime } from './time.ts'
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
