import { expect, test } from 'vitest'
import { clientEnvironment, isIntercepted } from './environment.ts'
import { parentProxy } from './parent-proxy.ts'

const settings = {
  proxyUrl: 'http://cairn:token@127.0.0.1:1',
  bundle: '/tmp/bundle.pem',
  javaTrust: '/tmp/a b/trust.p12',
  extraCertificates: '/tmp/ca.pem',
  fronts: new Map([['http://localhost:4566', 'http://localhost:7']]),
  domains: ['amazonaws.com', 'example.org'],
  pythonFolder: '/tmp/python',
  marksTests: true,
}

test('clients find the proxy by every name, and whom to trust', () => {
  const environment = clientEnvironment({}, settings)
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']) {
    expect(environment[name]).toBe(settings.proxyUrl)
  }
  for (const name of ['AWS_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE']) {
    expect(environment[name]).toBe(settings.bundle)
  }
  expect(environment).toMatchObject({
    NODE_EXTRA_CA_CERTS: settings.extraCertificates,
    NODE_OPTIONS: expect.stringMatching(/^--require ".*\/clients\/preload\.cjs"$/),
    PYTEST_ADDOPTS: '-p cairn_pytest',
  })
})

test('what was set before is kept beside it, and what would lead around the proxy is not', () => {
  const environment = clientEnvironment(
    {
      NO_PROXY: 'intranet, .amazonaws.com, s3.example.org',
      NODE_OPTIONS: '--max-old-space-size=100',
      PYTHONPATH: '/lib',
      OTHER: 'x',
    },
    settings,
  )
  expect(environment.OTHER).toBe('x')
  expect(environment.NODE_OPTIONS).toMatch(/^--max-old-space-size=100 --require /)
  expect(environment.PYTHONPATH).toBe('/lib:/tmp/python')
  expect(environment.no_proxy?.split(',')).toEqual(
    expect.arrayContaining(['intranet', 'localhost', '127.0.0.1', '169.254.169.254']),
  )
  expect(environment.NO_PROXY).not.toMatch(/amazonaws|example/)
})

test('an endpoint that was set becomes the one in front of it, for every service that has it; none is set otherwise', () => {
  const before = { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_ENDPOINT_URL_S3: 'http://localhost:4566' }
  expect(clientEnvironment(before, settings)).toMatchObject({
    AWS_ENDPOINT_URL: 'http://localhost:7',
    AWS_ENDPOINT_URL_S3: 'http://localhost:7',
    CAIRN_RECORD_FRONTS: 'localhost:7',
  })
  expect(clientEnvironment({}, settings)).not.toHaveProperty('AWS_ENDPOINT_URL')
})

test('Java trusts the session too, unless it was told whom to trust', () => {
  expect(clientEnvironment({ JAVA_TOOL_OPTIONS: '-Xmx1g' }, settings).JAVA_TOOL_OPTIONS).toBe(
    '-Xmx1g -Djavax.net.ssl.trustStore="/tmp/a b/trust.p12" -Djavax.net.ssl.trustStoreType=PKCS12',
  )
  const own = '-Djavax.net.ssl.trustStore=/own'
  expect(clientEnvironment({ JAVA_TOOL_OPTIONS: own }, settings).JAVA_TOOL_OPTIONS).toBe(own)
})

test('the proxy of the company is found as clients find it', () => {
  const { url, noProxy } = parentProxy({ HTTPS_PROXY: 'proxy:3128', no_proxy: 'a' }) ?? {}
  expect([url?.href, noProxy]).toEqual(['http://proxy:3128/', 'a'])
  expect(parentProxy({ https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' })?.url.host).toBe('a:1')
  expect(parentProxy({ HTTPS_PROXY: 'socks5://a:1' })).toBeUndefined()
  expect(parentProxy({})).toBeUndefined()
})

test.each([
  ['https://sts.eu-west-1.amazonaws.com', true],
  ['https://vpce-1.s3.eu-west-1.vpce.amazonaws.com/', true],
  ['https://store.example.org', true],
  ['https://store.example.org:9000', false],
  ['http://localhost:4566', false],
  ['https://notamazonaws.com', false],
])('calls to the endpoint %s are seen on their way: %s', (endpoint, isSeen) => {
  expect(isIntercepted(new URL(endpoint), ['amazonaws.com', 'store.example.org'])).toBe(isSeen)
})
