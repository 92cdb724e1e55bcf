/** A key of pages that grows with age, so that they go from the newest to the oldest. */
export function newestFirst({ createdAtMs, id }: { readonly createdAtMs: number; readonly id: string }): string {
  return `${String(Number.MAX_SAFE_INTEGER - createdAtMs).padStart(16, '0')}/${id}`
}
