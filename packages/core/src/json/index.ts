export {
  backslash,
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  lineFeed,
  openBrace,
  openBracket,
  point,
  quote,
  space,
  tab,
  zero,
} from './bytes.ts'
export { createCsvSplitter } from './csv-splitter.ts'
export { JsonWalk, notPlain } from './json-walk.ts'
export {
  createRecordSplitter,
  type RecordSplitter,
  type SplitLimits,
  type SplitProblem,
  type SplitProblemCode,
  type SplitSink,
  splitLimits,
} from './record-splitter.ts'
export { createMemberScan, type MemberScan } from './scan-members.ts'
export { type SplitFile, splitRecords } from './split-records.ts'
export { createTextReader } from './text-reader.ts'
