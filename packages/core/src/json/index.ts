export {
  backslash,
  carriageReturn,
  closeBrace,
  closeBracket,
  colon,
  comma,
  isEscapable,
  isHexDigit,
  lineFeed,
  minus,
  nine,
  openBrace,
  openBracket,
  plus,
  point,
  quote,
  space,
  tab,
  zero,
} from './bytes.ts'
export { createCsvSplitter } from './csv-splitter.ts'
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
