/** What an installation's storage does for the one who keeps it, beyond serving it. */
export interface StorageUpkeep {
  /** Disk taken by each part. Walks folders: not for every request. */
  usage(): Promise<readonly PartUsage[]>
  /** Reads everything that is stored and yields what is wrong, as it is found. Changes nothing. */
  check(signal: AbortSignal): AsyncIterable<Damage>
  /**
   * Copies the installation as of one moment into `folder`, which must be empty or missing, while it goes on.
   *
   * @throws Fault `backup.folder-not-empty`, `backup.not-kept`
   */
  backUp(folder: string): Promise<Backup>
}

export interface PartUsage {
  /**
   * `log`, `reserve` (kept free for our own records on a full disk), `catalog`, `history`, `delivery`, `buckets`,
   * `lake`.
   */
  readonly part: string
  readonly bytes: number
}

export interface Damage {
  readonly part: string
  /** A sentence for the operator. */
  readonly problem: string
}

export interface Backup {
  readonly folder: string
  /** ISO 8601. */
  readonly takenAt: string
  readonly objects: number
  readonly objectBytes: number
  /** Whether the key that encrypts secrets is in it. */
  readonly holdsKey: boolean
}
