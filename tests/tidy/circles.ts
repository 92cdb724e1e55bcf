import type { Source } from './repository.ts'

/** Files that need each other, directly or by way of others, each circle as the path round it. */
export function circlesAmong(sources: readonly Source[]): readonly string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const circles: string[] = []
  /** Done, or on the way that is being followed. */
  const met = new Set<string>()
  const way: string[] = []

  function follow(path: string): void {
    const at = way.indexOf(path)
    if (at >= 0) circles.push([...way.slice(at), path].join(' → '))
    const source = met.has(path) ? undefined : byPath.get(path)
    if (source === undefined) return
    met.add(path)
    way.push(path)
    for (const target of source.imports) follow(target)
    way.pop()
  }

  for (const path of byPath.keys()) follow(path)
  return circles
}
