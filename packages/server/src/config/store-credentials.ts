import { readFile } from 'node:fs/promises'
import { Fault } from '../fault.ts'

interface StoreCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * Reads the credentials that `stores[].credentials` points to: `env:PREFIX_`, `file:PATH`; `undefined` for `none`. What
 * is returned looks anew each time, so that credentials can be rotated without a restart.
 *
 * @throws Fault `config.no-credentials` from what is returned, naming the place and never its content
 */
export function storeCredentials(
  source: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): (() => Promise<StoreCredentials>) | undefined {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(source) ?? []
  if (kind === undefined) return undefined
  return async () => {
    const found = kind === 'env' ? ofVariables(environment, place) : ofFile(await read(place))
    if (found === undefined) throw new Fault('config.no-credentials', 'a store has no credentials', { source })
    return found
  }
}

function ofVariables(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string,
): StoreCredentials | undefined {
  const value = (name: string) => environment[`${prefix}${name}`]
  return complete(value('ACCESS_KEY_ID'), value('SECRET_ACCESS_KEY'), value('SESSION_TOKEN'))
}

/** The first profile of a file such as `~/.aws/credentials`. */
function ofFile(text: string): StoreCredentials | undefined {
  const [first = ''] = text.split(/^\s*\[/m).filter((part) => part.includes('='))
  const value = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(first)?.[1]
  return complete(value('aws_access_key_id'), value('aws_secret_access_key'), value('aws_session_token'))
}

function complete(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
): StoreCredentials | undefined {
  if (!accessKeyId || !secretAccessKey) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new Fault('config.no-credentials', 'a store has no credentials', { source: `file:${path}` }, { cause })
  }
}
