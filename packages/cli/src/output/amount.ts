const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size for people: `1.4 MiB`. */
export function sizeInWords(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  const amount = bytes / 1024 ** power
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`
}

/** A count for people: `2,900`. */
export function countInWords(count: number): string {
  return count.toLocaleString('en-US')
}
