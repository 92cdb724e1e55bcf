import { createRecordSplitter, type SplitLimits, type SplitProblem, splitLimits } from './record-splitter.ts'

/** Everything found in one file that is in memory. */
export interface SplitFile {
  readonly records: readonly { readonly bytes: Uint8Array; readonly offset: number }[]
  readonly digests: readonly number[]
  readonly problems: readonly SplitProblem[]
}

/** Splits a whole file at once; records are copies. For files of unknown size use `createRecordSplitter`. */
export function splitRecords(file: Uint8Array, limits: SplitLimits = splitLimits): SplitFile {
  const records: { bytes: Uint8Array; offset: number }[] = []
  const digests: number[] = []
  const problems: SplitProblem[] = []
  const splitter = createRecordSplitter(
    {
      record: (bytes, offset) => records.push({ bytes: bytes.slice(), offset }),
      digest: (offset) => digests.push(offset),
      problem: (problem) => problems.push(problem),
    },
    limits,
  )
  splitter.push(file)
  splitter.end()
  return { records, digests, problems }
}
