import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerLakeFilesContract } from '@cairn/testkit/contracts/lake-files'
import { afterAll } from 'vitest'
import { createTemporaryLakeFiles, openLakeFiles } from './index.ts'

const folder = await mkdtemp(join(tmpdir(), 'cairn-lake-files-'))
afterAll(() => rm(folder, { recursive: true }))

registerLakeFilesContract('in a data directory', () => openLakeFiles({ folder }))
registerLakeFilesContract('temporary', async () => createTemporaryLakeFiles())
