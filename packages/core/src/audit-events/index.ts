export { type AuditEventErrorCode, type AuditEventVerdict, judgeAuditEvent } from './audit-event.ts'
export { type AuditEventFrame, eventIdAt, wrapAuditEvent } from './wrap-audit-event.ts'
