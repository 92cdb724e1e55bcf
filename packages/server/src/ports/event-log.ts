/**
 * The event log: append-only, durable before it acknowledges, read by position.
 *
 * One log per partition; the embedded profile has one partition, numbered 0.
 */

/**
 * Where a frame stands: partition and offset in one safe integer. Opaque to consumers, who may compare
 * positions of one partition, store them and hand them back, and nothing else.
 */
export type Position = number & { readonly brand: 'Position' }

/** Who may see an event, decided by its source and never widened later. */
export type Audience =
  /** Every consumer: history, delivery, lake, insights, alarms. */
  | { readonly kind: 'live' }
  /** File imports: searchable; never delivered, alarmed on or learned from. */
  | { readonly kind: 'history' }
  /** One event data store: StartImport and channels. */
  | { readonly kind: 'store'; readonly id: string }

export type EventSource = 'api' | 'gateway' | 'proxy' | 'import' | 'channel' | 'insights'

interface FrameBase {
  readonly acceptedAtMs: number
  /** 12 digits: the account whose trail this belongs to (`recipientAccountId`). */
  readonly account: string
  readonly region: string
  readonly source: EventSource
  /** Version of the catalogue in force when the frame was accepted. */
  readonly catalogVersion: number
  /** The payload exactly as received or built: one JSON object. Never re-serialised. */
  readonly bytes: Uint8Array
}

/** One audit event. */
export interface EventFrame extends FrameBase {
  readonly kind: 'event'
  readonly audience: Audience
  /** Set on the event of a call that changed the catalogue: the version after it. Selected if either version selects it. */
  readonly catalogVersionAfter?: number | undefined
  /** Id of the intent this event closes. */
  readonly closes?: string | undefined
}

/**
 * The durable announcement of a change, written before the change. An intent that no event closes is turned into
 * one event at the next start. `bytes` is the JSON of what the event will need.
 */
export interface IntentFrame extends FrameBase {
  readonly kind: 'intent'
  readonly intentId: string
}

/**
 * What belongs to an event and is not in its record: follows the frame of its event. `bytes` is the JSON
 * `{"field":"requestParameters","sha256":"<hex of content as written here>","content":{…}}`: a member of the record
 * that was too large for it, whole; or as `eventContext` what event data stores may have added to it.
 */
export interface OriginalFrame extends FrameBase {
  readonly kind: 'original'
  readonly eventId: string
}

export type Frame = EventFrame | IntentFrame | OriginalFrame

export type StoredFrame = Frame & { readonly position: Position }

/** What the log holds: `first` ≤ positions < `end`. Equal when empty. */
export interface LogBounds {
  readonly first: Position
  readonly end: Position
}

export interface AppendOptions {
  /** These frames are Cairn's own records: they may use the reserved space of a disk that is otherwise full. */
  readonly reserved?: boolean
}

/** What the log holds and what it costs, for `cairn status`. */
export interface LogUsage {
  /** Frames kept, intents included. */
  readonly frames: number
  /** Bytes as received, before metadata and compression. */
  readonly payloadBytes: number
  /** Bytes taken from the disk, the reserve included; 0 when nothing is kept on one. */
  readonly diskBytes: number
  /** `full`: only reserved frames are taken until space returns. `failed`: nothing is taken until a restart. */
  readonly state: 'open' | 'full' | 'failed' | 'closed'
}

export interface EventLog {
  /**
   * Appends frames as one unit of acknowledgement; resolves with their positions, in order, once they are durable.
   * Concurrent callers share one sync. Frames of one call are contiguous. The frames' bytes must not change after
   * the call.
   *
   * @throws Fault `log.full` when the disk has no room left (nothing of the call was kept; retry later)
   * @throws Fault `log.overloaded` when more is waiting for the disk than memory should hold (nothing was kept)
   * @throws Fault `log.failed` when durability is in doubt: the process must stop
   * @throws Fault `log.frame-too-large` when a payload is above `frameBytesMax` or all of them above `appendBytesMax`
   * @throws Fault `log.frame-invalid` when metadata cannot be stored as given
   * @throws Fault `log.closed` after disposal began
   */
  append(frames: readonly Frame[], options?: AppendOptions): Promise<readonly Position[]>
  /**
   * Durable frames from `from` (inclusive) in position order, at most about `bytesMax` of payload and at least one
   * frame if there is any. An empty array means: caught up. Starts at the first kept frame when `from` is older.
   *
   * @throws Fault `log.damaged` when the frames cannot be read back as they were written
   */
  read(from: Position, bytesMax: number): Promise<readonly StoredFrame[]>
  /**
   * Says that nothing of `frames`, an array that `read` gave, will be looked at again: memory that was only theirs is
   * given back at once. Their bytes are empty then. What nobody says it of is left to the garbage collector.
   */
  letGo(frames: readonly StoredFrame[]): void
  /**
   * The frames at `positions`, in the order asked; `undefined` for one that retention removed or that does not exist.
   *
   * @throws Fault `log.damaged` when a frame cannot be read back as it was written
   */
  fetch(positions: readonly Position[]): Promise<readonly (StoredFrame | undefined)[]>
  bounds(): LogBounds
  usage(): LogUsage
  /** Calls `listener` after each durable append with the new end. Returns the way to stop it. */
  onAppend(listener: (end: Position) => void): () => void
  /** Position that follows `position`. */
  after(position: Position): Position
  /** Removes whole segments whose newest accept time is before `acceptedBeforeMs` and that end at or before `keepFrom`. */
  trim(acceptedBeforeMs: number, keepFrom: Position): Promise<void>
  /** Finishes what was accepted, then closes. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Payload limit of one frame. A 100-entry channel call or a whole log record is far below it. */
export const frameBytesMax = 16 * 1024 * 1024

/** Payload limit of one append, so that one acknowledgement fits into one segment and one buffer. */
export const appendBytesMax = 48 * 1024 * 1024
