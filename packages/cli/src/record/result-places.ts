import { access, constants } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { makeFolder } from '@cairn/server/make-folder'
import { CommandFailure } from '../failure.ts'
import { isFolder } from '../is-folder.ts'

interface Places {
  readonly update?: string | undefined
  readonly junit?: string | undefined
  readonly policies: readonly string[]
  readonly save?: string | undefined
}

/**
 * Looks at where results are to go; the folder for records is made if it is not there. Paths are relative to `folder`.
 *
 * @throws CommandFailure when one cannot be written
 */
export async function requirePlaces(folder: string, { update, junit, policies, save }: Places): Promise<void> {
  for (const path of [update, junit, ...policies]) {
    if (path === undefined) continue
    const whole = resolve(folder, path)
    await orRefuse(`${path} cannot be written: its folder is not there, or not yours`, () =>
      access(dirname(whole), constants.W_OK),
    )
    if (await isFolder(whole)) throw new CommandFailure(`${path} cannot be written: it is a folder.`)
  }
  if (save === undefined) return
  await orRefuse(`Records cannot be saved in ${save}: it is no folder, or not yours`, async () => {
    makeFolder(resolve(folder, save))
    await access(resolve(folder, save), constants.W_OK)
  })
}

async function orRefuse(message: string, look: () => Promise<void>): Promise<void> {
  try {
    await look()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CommandFailure(`${message} (${code}).`, { cause })
  }
}
