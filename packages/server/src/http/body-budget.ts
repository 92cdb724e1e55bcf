/** Memory that bodies may take while they are read whole, shared out so that no source address takes it all. */
export interface BodyBudget {
  /** The share of one source address. */
  of(source: string): BodyShare
}

export interface BodyShare {
  /** False when the source, or all together, have no room for that many bytes more. */
  take(bytes: number): boolean
  give(bytes: number): void
}

/** Clients of one machine may well send a dozen large requests at once; hundreds that trickle are an attack. */
const bodiesPerSourceMax = 16
/** Several such sources leave room for the others, and all together fit a small machine (128 MiB by default). */
const bodiesMax = 64

export function createBodyBudget({ bodyBytesMax }: { readonly bodyBytesMax: number }): BodyBudget {
  const taken = new Map<string, number>()
  let total = 0
  return {
    of: (source) => ({
      take(bytes) {
        const own = (taken.get(source) ?? 0) + bytes
        if (own > bodiesPerSourceMax * bodyBytesMax || total + bytes > bodiesMax * bodyBytesMax) return false
        taken.set(source, own)
        total += bytes
        return true
      },
      give(bytes) {
        if (bytes === 0) return
        const left = (taken.get(source) ?? 0) - bytes
        if (left > 0) taken.set(source, left)
        else taken.delete(source)
        total -= bytes
      },
    }),
  }
}
