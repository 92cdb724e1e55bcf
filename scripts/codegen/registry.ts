import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { ServiceModel } from '../../packages/aws-kit/src/model/index.ts'
import { banner, camelCase, kebabCase } from './text.ts'

/** An operation of the model and the file that builds it, `undefined` while nobody has. */
export interface Coverage {
  readonly model: ServiceModel
  readonly built: readonly string[]
}

/** Which operations have a file `<apiFolder>/<service>/<operation>.ts`, in the model's order. */
export function coverageOf(model: ServiceModel, apiFolder: string): Coverage {
  const isBuilt = (name: string) => existsSync(`${apiFolder}/${model.service}/${kebabCase(name)}.ts`)
  return { model, built: Object.keys(model.operations).filter(isBuilt) }
}

/** `operations.ts`: every operation that is built, by static imports a bundler can follow. */
export function operationsText(coverage: readonly Coverage[]): string {
  const files = coverage.flatMap(({ model, built }) => built.map((name) => ({ service: model.service, name })))
  return registry({
    list: 'operations',
    type: 'Operation',
    typeFile: '../operation.ts',
    imports: files.map(({ service, name }) => {
      const [exported, local] = [camelCase(name), camelCase(`${service}-${name}`)]
      return { binding: `${exported} as ${local}`, local, file: `../${service}/${kebabCase(name)}.ts` }
    }),
    doc: 'Every operation that is built.',
  })
}

/** `endpoints.ts`: what the files of `<apiFolder>/cairn/` define with `defineEndpoint`. */
export function endpointsText(apiFolder: string): string {
  const folder = `${apiFolder}/cairn`
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^[a-z0-9-]+\.ts$/.test(file)) : []
  const imports = files.sort().flatMap((file) => {
    const source = readFileSync(`${folder}/${file}`, 'utf8')
    return [...source.matchAll(/^export const (\w+) = defineEndpoint\(/gm)].map((match) => {
      const local = match[1] ?? ''
      return { binding: local, local, file: `../cairn/${file}` }
    })
  })
  const doc = "Cairn's own endpoints."
  return registry({ list: 'endpoints', type: 'Endpoint', typeFile: '../endpoint.ts', imports, doc })
}

function registry(spec: {
  readonly list: string
  readonly type: string
  readonly typeFile: string
  readonly imports: readonly { readonly binding: string; readonly local: string; readonly file: string }[]
  readonly doc: string
}): string {
  return [
    banner('the files of packages/server/src/api'),
    ...spec.imports.map(({ binding, file }) => `import { ${binding} } from '${file}'`),
    `import type { ${spec.type} } from '${spec.typeFile}'`,
    '',
    `/** ${spec.doc} */`,
    `export const ${spec.list}: readonly ${spec.type}[] = [`,
    ...spec.imports.map(({ local }) => `  ${local},`),
    ']',
    '',
  ].join('\n')
}
