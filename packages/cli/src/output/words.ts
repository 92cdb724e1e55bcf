/** `1,234,567` */
export function amount(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 event`, `2 events` */
export function counted(value: number, noun: string): string {
  return `${amount(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** `0.4 s`, `12 s`, `3 min`, `1.5 h`: as precise as it is of use. */
export function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 100) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

/** `12 MB`: powers of a thousand, as disks are sold. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** `2023-07-10T11:42:18Z` */
export function moment(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** `1.4 MiB`: powers of 1,024, as file systems count what an installation takes. */
export function sizeOnDisk(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), binaryUnits.length - 1)
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${binaryUnits[power]}`
}
