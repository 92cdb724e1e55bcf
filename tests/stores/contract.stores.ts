import { registerObjectStoreContract } from '@cairn/testkit/contracts/object-store'
import { createS3Store } from '../../packages/server/src/storage/s3/index.ts'
import { realStores } from './real-stores.ts'

/** The contract of object stores, kept by servers that other people wrote. */
for (const { name, start, lacks } of realStores) {
  registerObjectStoreContract(
    name,
    async () => {
      const server = await start()
      const store = createS3Store({
        endpoint: server.endpoint,
        region: 'us-east-1',
        pathStyle: true,
        credentials: async () => server.credentials,
      })
      return {
        ...store,
        async [Symbol.asyncDispose]() {
          await store[Symbol.asyncDispose]()
          await server[Symbol.asyncDispose]()
        },
      }
    },
    { lacks },
  )
}
