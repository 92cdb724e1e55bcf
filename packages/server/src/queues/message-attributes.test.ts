import { expect, it } from 'vitest'
import { attributesBytes, attributesMd5 } from './index.ts'

it('attributes have the hash by which clients check them', () => {
  expect(attributesMd5({})).toBeUndefined()
  // As moto 5.2.5 answers for the same attributes.
  const timestamp = { dataType: 'Number', value: '1493147359900' }
  expect(attributesMd5({ timestamp })).toBe('235c5c510d26fb653d073faed50ae77c')
  const both = { bytes: { dataType: 'Binary.x', value: 'AAEC' }, aText: { dataType: 'String', value: 'ümläut' } }
  expect(attributesMd5(both)).toBe('4f14fb4661200461deea821c9f49154e')
  expect(attributesBytes({ timestamp })).toBe('timestamp'.length + 'Number'.length + '1493147359900'.length)
})
