export { type AwsReport, foretellValidateLogs } from './aws-validate-logs.ts'
export {
  type Digest,
  type DigestChain,
  type DigestLink,
  type DigestWindow,
  type ListedFile,
  signatureAlgorithm,
} from './digest.ts'
export { type DigestName, digestKey, nameOfKey, parseDigestName } from './digest-key.ts'
export { digestText, stringToSign } from './digest-text.ts'
export { toIsoSecond } from './digest-time.ts'
export { type Finding, type FindingClass, type FindingKind, findingClasses, isOfLogFile } from './finding.ts'
export { type Hole, type JudgedChain, judgeChain, type ListedTime } from './judge-chain.ts'
export { type JudgedDigest, judgeDigest } from './judge-digest.ts'
export { judgeListedFiles, judgeUnlistedFile } from './judge-files.ts'
export { type LogFileName, parseLogFileName } from './log-file-name.ts'
export { type PackSeal, type PackSealEntry, packObjectsText, packSealText } from './pack-seal.ts'
export { type FoundDigest, readDigest } from './read-digest.ts'
export { digestContent, ownSignature } from './see-digest.ts'
export type {
  FindFile,
  OwnSignature,
  SeenContent,
  SeenDigest,
  SeenFile,
  SeenPlace,
  SignatureVerdict,
  TrailEvent,
} from './seen.ts'
export { backfillWindow, digestHourMs, finalWindow, firstWindow, hourOf, nextWindow } from './window.ts'
