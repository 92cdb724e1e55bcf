import type { EngineColumn, EngineConversion, EngineFile, EngineTable } from '../../ports/lake-engine.ts'

/** What an engine process is told. It does one piece of work in its life. */
export type ToEngine =
  /** Load, run these statements of ours, and read some rows of these tables, while there is nothing else to do. */
  | { readonly kind: 'warm'; readonly prelude: readonly string[]; readonly tables: readonly EngineTable[] }
  | {
      readonly kind: 'query'
      readonly statement: string
      readonly tables: readonly EngineTable[]
      readonly files: readonly string[]
      readonly memoryBytesMax: number
    }
  /** The reader has taken a batch. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'convert'; readonly conversion: EngineConversion }

export type FromEngine =
  | { readonly kind: 'columns'; readonly columns: readonly EngineColumn[] }
  | { readonly kind: 'batch'; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: 'progress'; readonly progress: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'converted'; readonly files: readonly EngineFile[] }
  | { readonly kind: 'failed'; readonly message: string }

/** Batches on their way before the engine waits: one is read while the next is made. */
export const batchesAhead = 2
