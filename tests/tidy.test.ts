import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { settings } from '@cairn/server/config'
import { describe, expect, test } from 'vitest'
import { circlesAmong } from './tidy/circles.ts'
import { importProblem } from './tidy/import-rules.ts'
import { files, productSources, read, root, type Source, sources } from './tidy/repository.ts'

/** The rules of the house that neither the compiler nor the linter knows. Each lists what breaks it. */

describe('imports', () => {
  test('run http → api → capabilities → ports ← storage, between folders through index.ts only', () => {
    const broken = sources.flatMap((source) =>
      source.imports.flatMap((target) => {
        const problem = importProblem(source, target)
        return problem === undefined ? [] : [`${source.path} → ${target}: ${problem}`]
      }),
    )
    expect(broken).toEqual([])
  })

  test('never lead back to where they began, not even for a type: of two files one can be read first', () => {
    expect(circlesAmong(productSources)).toEqual([])
  })
})

describe('names', () => {
  const banned = /(^|\/)(utils?|helpers?|common|misc|types|interfaces)(\.test)?(\.ts|\/)/

  test('no file or folder is a drawer for everything', () => {
    expect(sources.map(({ path }) => path).filter((path) => banned.test(path))).toEqual([])
  })

  test('TypeScript files are named in kebab case', () => {
    const odd = sources
      .map(({ path }) => basename(path))
      .filter((name) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.ts$/.test(name))
    expect(odd).toEqual([])
  })

  test('no two paths differ in the case of letters only', () => {
    const lower = files.map((path) => path.toLowerCase())
    expect(lower.filter((path, index) => lower.indexOf(path) !== index)).toEqual([])
  })

  test('every worker has a name of its own, since the package holds them in one folder', () => {
    const names = files.filter((path) => path.endsWith('.worker.ts')).map((path) => basename(path))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})

describe('code', () => {
  test.each([
    { rule: 'names its exports: no export *', pattern: /^export \* /m },
    { rule: 'names its exports: no default', pattern: /^export default /m, except: /^vitest(\.stores)?\.config\.ts$/ },
    { rule: 'has unions, not enums', pattern: /^(export |declare |const )*enum /m },
    { rule: 'has no marks of unfinished work', pattern: /\b(TODO|FIXME|XXX|HACK)\b/, withComments: true },
  ])('$rule', ({ pattern, except, withComments }) => {
    const looked = sources.filter(({ path }) => except?.test(path) !== true && path !== 'tests/tidy.test.ts')
    expect(breaking(looked, pattern, withComments)).toEqual([])
  })

  test('reads the environment in config only', () => {
    const allowed = /^packages\/(server\/src\/config|testkit\/src)\/|^packages\/cli\/src\/main\.ts$/
    const looked = productSources.filter(({ path }) => !allowed.test(path))
    expect(breaking(looked, /\bprocess\.env\b/)).toEqual([])
  })

  test('takes time and chance from ports: clocks and randomness are in their adapters only', () => {
    const allowed =
      /^packages\/testkit\/|^packages\/server\/src\/(storage\/(system|clock|ids)[^/]*\/|pipeline\/runner[^/]*\.ts$)|^packages\/cli\/src\/create-context\.ts$/
    const looked = productSources.filter(({ path }) => !allowed.test(path))
    const pattern = /\b(Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|(?<!\.)setTimeout\(|setInterval\()/
    expect(breaking(looked, pattern)).toEqual([])
  })

  test('starts workers and processes in the one way that the packer understands', () => {
    const looked = productSources.filter(({ code }) => /new Worker\(|\bfork\(/.test(code))
    const pattern = /(new Worker|fork)\(\s*new URL\('\.\/[a-z-]+\.worker\.ts', import\.meta\.url\)/
    expect(looked.filter(({ code }) => !pattern.test(code)).map(({ path }) => path)).toEqual([])
  })

  test('points out every open end with its issue', () => {
    expect(breaking(sources, /@todo(?!\(\d+\))/, true).filter((path) => path !== 'tests/tidy.test.ts')).toEqual([])
  })
})

describe('operations', () => {
  const folder = /^packages\/server\/src\/api\/([a-z0-9-]+)\/([a-z0-9-]+)\.ts$/
  const defined = productSources.filter(({ path, code }) => folder.test(path) && /= defineOperation\(/.test(code))

  test('each is in a file of its own name, exported under it, and known to the model of its service', () => {
    const broken = defined.flatMap(({ path, code }) => {
      const [, service = '', file = ''] = folder.exec(path) ?? []
      const names = [...code.matchAll(/export const (\w+) = defineOperation\(\{\s*name: '(\w+)'/g)]
      const [, exported = '', name = ''] = names[0] ?? []
      const model = JSON.parse(read(`models/${service}.json`)) as { readonly operations: Record<string, unknown> }
      const problems = [
        names.length === 1 ? undefined : `defines ${names.length} operations`,
        kebab(name) === file ? undefined : `is named ${file} and defines ${name}`,
        exported.toLowerCase() === name.toLowerCase() ? undefined : `exports ${name} as ${exported}`,
        name in model.operations ? undefined : `defines ${name}, which the model does not know`,
      ]
      return problems.filter((problem) => problem !== undefined).map((problem) => `${path} ${problem}`)
    })
    expect(broken).toEqual([])
  })
})

describe('documents', () => {
  const raised = new Set(
    sources
      .filter(({ path, isTest }) => !isTest && path.startsWith('packages/'))
      .flatMap(({ code }) => [...code.matchAll(/'([a-z][a-z-]*\.[a-z][a-z-]*)'/g)].map((match) => match[1] ?? '')),
  )
  const raisedFaults = new Set(
    productSources.flatMap(({ code }) =>
      [...code.matchAll(/new Fault\(\s*'([^']+)'/g), ...code.matchAll(/super\('([a-z-]+\.[a-z-]+)'/g)].map(
        (match) => match[1] ?? '',
      ),
    ),
  )
  const faultPages = files.filter((path) => /^docs\/reference\/faults\/[a-z-]+\.md$/.test(path))
  const documented = faultPages.flatMap((path) =>
    [...read(path).matchAll(/^## `?([a-z-]+\.[a-z-]+)`?$/gm)].map((match) => ({ path, code: match[1] ?? '' })),
  )

  test('every fault that can be raised is in the manual', () => {
    const known = new Set(documented.map(({ code }) => code))
    expect([...raisedFaults].filter((code) => !known.has(code))).toEqual([])
  })

  test('the manual has no fault that is never raised, and each on the page of its area', () => {
    expect(documented.filter(({ code }) => !raised.has(code)).map(({ code }) => code)).toEqual([])
    const strays = documented.filter(({ path, code }) => basename(path, '.md') !== code.split('.')[0])
    expect(strays).toEqual([])
  })

  test('every setting is in the reference, and does something', () => {
    const page = read('docs/reference/configuration.md')
    expect(settings.filter(({ key }) => !page.includes(`\n## ${key}\n`)).map(({ key }) => key)).toEqual([])
    const users = productSources.filter(({ path }) => !path.startsWith('packages/server/src/config/'))
    const rules = productSources.filter(({ path }) => path.startsWith('packages/server/src/config/sections/'))
    const unused = settings.filter(({ key, path }) => {
      const parents = [...path.slice(0, -1), 'config'].join('|')
      const reads = new RegExp(`\\b(${parents})\\b[\\s\\S]*\\b${path.at(-1)}\\b`)
      return !users.some(({ code }) => reads.test(code)) && !rules.some(({ code }) => code.includes(`!config.${key}`))
    })
    expect(unused.map(({ key }) => key)).toEqual([])
  })

  test('every oddity kept on purpose is listed', () => {
    const page = read('docs/reference/deviations.md')
    const quirky = sources.filter(({ path, text }) => path.startsWith('packages/') && text.includes(`@${'quirk'} `))
    expect(quirky.filter(({ path }) => !page.includes(path)).map(({ path }) => path)).toEqual([])
  })

  test('the map of the tree shows every part of the server', () => {
    const named = read('ARCHITECTURE.md')
    const folders = new Set(
      productSources.flatMap(({ path }) => /^packages\/server\/src\/([^/]+)\//.exec(path)?.[1] ?? []),
    )
    expect(
      [...folders].filter((folder) => !named.includes(`\`${folder}\``) && !named.includes(`\`${folder}/`)),
    ).toEqual([])
  })

  test('links inside the repository lead somewhere', () => {
    const broken = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].flatMap((match) => {
          const target = join(path, '..', match[1] ?? '')
          return files.some((file) => file === target || file.startsWith(`${target.replace(/\/$/, '')}/`))
            ? []
            : [`${path} → ${match[1]}`]
        }),
      )
    expect(broken).toEqual([])
  })

  test('sources that pages name are there', () => {
    const parts = /`((?:packages|scripts|tests|bench|models|deploy)\/[\w./-]+|[\w-]+(?:\/[\w.-]+)+\.(?:ts|js))`/g
    // Short for `packages/core/src/selectors/glance.ts`.
    const isThere = (named: string) =>
      files.some(
        (file) =>
          file.startsWith(named) || `/${file.replace('/src/', '/')}`.endsWith(`/${named.replace('/src/', '/')}`),
      )
    const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('changelog/'))
    const gone = pages.flatMap((path) =>
      [...read(path).matchAll(parts)].flatMap(([, named = '']) => (isThere(named) ? [] : [`${path}: ${named}`])),
    )
    expect(gone).toEqual([])
  })
})

describe('the repository', () => {
  test('holds no file over 1 MB', () => {
    expect(files.filter((path) => statSync(join(root, path)).size > 1_000_000)).toEqual([])
  })

  test('names no path of the machine it was written on', () => {
    const machinePath = new RegExp(['', '(work/main|work/shared|work/\\.|root|home/[a-z]+|Users/[a-z]+)', ''].join('/'))
    const looked = files.filter((path) => /\.(ts|js|md|json|ya?ml|sh|service)$|(^|\/)(Dockerfile|run)$/.test(path))
    expect(looked.filter((path) => machinePath.test(read(path)))).toEqual([])
  })
})

function breaking(looked: readonly Source[], pattern: RegExp, withComments = false): readonly string[] {
  return looked.filter(({ code, text }) => pattern.test(withComments ? text : code)).map(({ path }) => path)
}

function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
}
