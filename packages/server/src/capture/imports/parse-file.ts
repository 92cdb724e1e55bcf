import {
  createCsvSplitter,
  createRecordSplitter,
  type RecordSplitter,
  type SplitLimits,
  type SplitSink,
  splitLimits,
} from '@cairn/core/json'
import { Fault } from '../../fault.ts'
import { giveBack } from '../../runtime/give-back.ts'
import type { ImportProblem } from './import-report.ts'
import { encodingOf, type InflateLimits, inflate, inflateLimits, inflateSmall } from './inflate.ts'

export interface FileSink extends Omit<SplitSink, 'problem'> {
  problem(problem: ImportProblem): void
  /** Called between pieces; what it returns is awaited, so that a slow reader slows the file down. */
  breathe(): Promise<void> | undefined
}

export interface ParseLimits {
  readonly split: SplitLimits
  readonly inflate: InflateLimits
}

/** What holds for files that come from wherever. */
export const parseLimits: ParseLimits = { split: splitLimits, inflate: inflateLimits }

/** A piece handed to the splitter at once; bounds how many records are found between two breaths. */
const pieceBytesMax = 256 * 1024

/**
 * Finds the records of one file of any of the known forms, told by its content. Never fails for what the file holds:
 * what cannot be read is a problem in the sink.
 */
export async function parseFile(input: AsyncIterable<Uint8Array>, sink: FileSink, limits: ParseLimits): Promise<void> {
  let splitter: RecordSplitter | undefined
  let offset = 0
  let isCut = false
  let isCutTold = false
  const told: FileSink = {
    ...sink,
    problem(problem) {
      isCutTold ||= problem.code === 'truncated'
      sink.problem(problem)
    },
  }
  try {
    for await (const bytes of contentOf(input, limits.inflate)) {
      for (let from = 0; from < bytes.length; from += pieceBytesMax) {
        const piece = bytes.subarray(from, from + pieceBytesMax)
        splitter ??= isCsv(piece) ? createCsvSplitter(told, limits.split) : createRecordSplitter(told, limits.split)
        splitter.push(piece)
        offset += piece.length
        await sink.breathe()
      }
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    isCut = error.code === 'import.compression-cut'
    if (!isCut) sink.problem({ code: problemCode(error), offset })
  }
  splitter?.end()
  // The cut may have left whole records only; some are missing all the same.
  if (isCut && !isCutTold) sink.problem({ code: 'truncated', offset })
  await sink.breathe()
}

function problemCode(fault: Fault): ImportProblem['code'] {
  switch (fault.code) {
    case 'import.corrupt-compression':
      return 'corrupt-compression'
    case 'import.expands-too-much':
      return 'expands-too-much'
    case 'import.file-unreadable':
      return 'unreadable'
    default:
      throw fault
  }
}

async function* contentOf(input: AsyncIterable<Uint8Array>, limits: InflateLimits): AsyncGenerator<Uint8Array> {
  const pieces = input[Symbol.asyncIterator]()
  const first = await atLeast(pieces, 4)
  const encoding = encodingOf(first.head)
  if (encoding === 'none') {
    if (first.head.length > 0) yield first.head
    if (!first.isAll) yield* rest(pieces)
    return
  }
  // A small file usually arrives as one piece; only then is it whole here.
  const second = first.isAll ? undefined : await pieces.next()
  if (second === undefined || second.done) {
    const content = inflateSmall(first.head, encoding)
    if (content !== undefined) {
      yield content
      // The splitter keeps nothing of it.
      giveBack(content)
      return
    }
  }
  const remaining = async function* () {
    yield first.head
    if (second === undefined || second.done) return
    yield second.value
    yield* rest(pieces)
  }
  yield* inflate(remaining(), encoding, limits)
}

/** Reads until the first bytes are enough to tell the encoding by. */
async function atLeast(pieces: AsyncIterator<Uint8Array>, count: number) {
  let head: Uint8Array = new Uint8Array(0)
  while (head.length < count) {
    const next = await pieces.next()
    if (next.done) return { head, isAll: true }
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value])
  }
  return { head, isAll: false }
}

async function* rest(pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value
}

/** A first line of plain column names, or one that names the column we look for. */
function isCsv(head: Uint8Array): boolean {
  const end = head.indexOf(0x0a)
  const line = Buffer.from(head.subarray(0, Math.min(end < 0 ? head.length : end, 4096))).toString('utf8')
  return /^\ufeff?\s*[^[{]*\beventJson\b/i.test(line) || /^\ufeff?("?\w+"?,)+"?\w+"?\s*$/.test(line)
}
