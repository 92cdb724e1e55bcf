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
export { type SplitFile, splitRecords } from './split-records.ts'
