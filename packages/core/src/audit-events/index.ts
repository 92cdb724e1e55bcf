export { type AuditEventErrorCode, type AuditEventVerdict, judgeAuditEvent } from './audit-event.ts'
export { type AuditEventFrame, afterEventData, beforeEventData, eventIdAt } from './wrap-audit-event.ts'
