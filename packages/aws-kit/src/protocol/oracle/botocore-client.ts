import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** `request`: what would be sent for `input`. `answer`: what is read of a status, headers and a base64 body. */
export type Question = { readonly service: string; readonly operation: string } & (
  | { readonly kind: 'request'; readonly input: unknown }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }
)

/**
 * Asks botocore all questions in one process; answers come in their order, values tagged as `tag` does it.
 * `definitions` are those that botocore does not have, by the name of the service.
 */
export function askBotocore(
  python: string,
  questions: readonly Question[],
  definitions: Readonly<Record<string, object>> = {},
): unknown[] {
  const script = join(import.meta.dirname, 'botocore_client.py')
  const models = Object.entries(definitions).map(([service, definition]) => ({ kind: 'model', service, definition }))
  const input = [...models, ...questions].map((line) => `${JSON.stringify(line)}\n`).join('')
  const { stdout, stderr, status } = spawnSync(python, [script], { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (status !== 0) throw new Error(`botocore ended with ${status}: ${stderr.slice(-2000)}`)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
