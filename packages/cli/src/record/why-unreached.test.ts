import { expect, test } from 'vitest'
import { whyUnreached } from './why-unreached.ts'

const target = { host: 'sts.amazonaws.com', port: 443 }

test.each([
  [{ code: 'proxy.address-refused', reason: '10.0.0.1' }, '--allow-target opens it'],
  [{ code: 'proxy.target-untrusted', reason: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS'],
  [{ code: 'proxy.parent-refused', reason: '407', through: 'proxy:80' }, 'The proxy in front, proxy:80'],
  [{ code: 'proxy.parent-refused', reason: '407', through: 'proxy:80' }, 'HTTPS_PROXY (http://USER:PASSWORD'],
  [{ code: 'proxy.parent-refused', reason: '403', through: 'proxy:80' }, 'with status 403.'],
  [
    { code: 'proxy.unreachable', reason: 'ETIMEDOUT' },
    'could not be reached: there was no answer in time (ETIMEDOUT).',
  ],
  [{ code: 'proxy.unreachable', reason: 'x', through: 'proxy:80' }, 'through the proxy in front, proxy:80: x.'],
])('%j is said as %s', (fact, text) => {
  expect(whyUnreached({ ...target, ...fact })).toContain(text)
})
