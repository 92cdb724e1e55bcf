import { describe, expect, it } from 'vitest'
import { loadModel } from '../model/index.ts'
import { ProtocolError, type RequestHead, routeOperation, selectService } from './index.ts'

const s3 = await loadModel('s3')
const iam = await loadModel('iam')
const cloudtrail = await loadModel('cloudtrail')
const data = await loadModel('cloudtrail-data')

function head(method: string, target: string, headers: Readonly<Record<string, string>> = {}): RequestHead {
  const [path = '', query = ''] = target.split('?')
  return { method, path, query, headers }
}

describe('S3 addresses', () => {
  it.each([
    ['GET', '/', 'ListBuckets'],
    ['PUT', '/b', 'CreateBucket'],
    ['PUT', '/b/', 'CreateBucket'],
    ['HEAD', '/b', 'HeadBucket'],
    ['DELETE', '/b', 'DeleteBucket'],
    ['GET', '/b', 'ListObjects'],
    ['GET', '/b?list-type=1', 'ListObjects'],
    ['GET', '/b?list-type=2&prefix=a', 'ListObjectsV2'],
    ['GET', '/b?versions', 'ListObjectVersions'],
    ['GET', '/b?uploads', 'ListMultipartUploads'],
    ['GET', '/b?location', 'GetBucketLocation'],
    ['GET', '/b?location=', 'GetBucketLocation'],
    ['GET', '/b?acl', 'GetBucketAcl'],
    ['PUT', '/b?acl', 'PutBucketAcl'],
    ['PUT', '/b?policy', 'PutBucketPolicy'],
    ['DELETE', '/b?policy', 'DeleteBucketPolicy'],
    ['GET', '/b?analytics', 'ListBucketAnalyticsConfigurations'],
    ['GET', '/b?analytics&id=1', 'GetBucketAnalyticsConfiguration'],
    ['GET', '/b?lifecycle', 'GetBucketLifecycleConfiguration'],
    ['POST', '/b?delete', 'DeleteObjects'],
    ['GET', '/b/k?x-id=GetObject&versionId=1', 'GetObject'],
    ['GET', '/b/k?response-content-type=text/plain', 'GetObject'],
    ['HEAD', '/b/k', 'HeadObject'],
    ['PUT', '/b/k', 'PutObject'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
    ['PUT', '/b/k?uploadId=u', 'UploadPart'],
    ['GET', '/b/k?uploadId=u', 'ListParts'],
    ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
    ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
    ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
    ['DELETE', '/b/k', 'DeleteObject'],
    ['GET', '/b/k?attributes', 'GetObjectAttributes'],
    ['POST', '/b/k?select&select-type=2', 'SelectObjectContent'],
  ])('%s %s is %s', (method, target, operation) => {
    expect(routeOperation(s3, head(method, target))?.operation.name).toBe(operation)
  })

  it.each([
    ['DELETE', '/b?acl'],
    ['DELETE', '/b/k?acl'],
    ['DELETE', '/b?location'],
    ['PUT', '/b?uploads'],
    ['POST', '/b'],
    ['POST', '/b/k'],
    ['PATCH', '/b'],
  ])('%s %s is no operation, and above all not the one on the resource itself', (method, target) => {
    expect(routeOperation(s3, head(method, target))).toBeUndefined()
  })

  it('tells copies from uploads by the source', () => {
    const copy = { 'x-amz-copy-source': '/b/other' }
    expect(routeOperation(s3, head('PUT', '/b/k', copy))?.operation.name).toBe('CopyObject')
    expect(routeOperation(s3, head('PUT', '/b/k?partNumber=1&uploadId=u', copy))?.operation.name).toBe('UploadPartCopy')
  })

  it.each([
    ['/b/a/b//c/', 'a/b//c/'],
    ['/b/a%2Fb%20c+d%25', 'a/b c+d%'],
    ['/b/../x', '../x'],
    ['/b//', '/'],
    ['/b/%E6%97%A5', '日'],
  ])('takes the key of %s as it is', (path, key) => {
    expect(routeOperation(s3, head('GET', path))?.labels).toEqual({ Bucket: 'b', Key: key })
  })

  it.each([
    ['b.s3.eu-west-1.amazonaws.com', 'b'],
    ['my.b.s3.amazonaws.com', 'my.b'],
    ['B.s3-eu-west-1.amazonaws.com:443', 'b'],
    ['b.localhost:4577', 'b'],
    ['b.s3.localhost', 'b'],
    ['a.s3.b.s3.us-east-1.amazonaws.com', 'a.s3.b'],
  ])('finds the bucket in the host %s', (host, bucket) => {
    const route = routeOperation(s3, head('GET', '/k', { host }))
    expect(route?.operation.name).toBe('GetObject')
    expect(route?.labels).toEqual({ Bucket: bucket, Key: 'k' })
  })

  it.each(['s3.eu-west-1.amazonaws.com', 'localhost:4577', '127.0.0.1:4577', 's3.localhost', '[::1]:4577'])(
    'finds none in the host %s',
    (host) => {
      expect(routeOperation(s3, head('GET', '/b', { host }))?.labels).toEqual({ Bucket: 'b' })
    },
  )

  it.each(['/b/%', '/b/%ff', '/b?prefix=%zz'])('refuses %s, whose encoding is broken', (target) => {
    expect(() => routeOperation(s3, head('GET', target))).toThrow(ProtocolError)
  })
})

describe('targets, actions and paths', () => {
  it.each(['CloudTrail_20131101.GetTrail', 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.GetTrail'])(
    'reads the target %s',
    (target) => {
      const request = head('POST', '/', { 'x-amz-target': target })
      expect(selectService(request)).toBe('cloudtrail')
      expect(routeOperation(cloudtrail, request)?.operation.name).toBe('GetTrail')
    },
  )

  it('knows KMS by its target, whose prefix is not its name', async () => {
    const request = head('POST', '/', { 'x-amz-target': 'TrentService.Decrypt' })
    expect(selectService(request)).toBe('kms')
    expect(routeOperation(await loadModel('kms'), request)?.operation.name).toBe('Decrypt')
  })

  it.each(['CloudTrail_20131101.', 'CloudTrail_20131101.Nothing', 'CloudTrail_20131101.constructor', ''])(
    'finds no operation in the target %j',
    (target) => {
      expect(routeOperation(cloudtrail, head('POST', '/', { 'x-amz-target': target }))).toBeUndefined()
    },
  )

  it('reads the action from the form or the URL', () => {
    const form = new TextEncoder().encode('Action=GetUser&Version=2010-05-08&UserName=a+b')
    expect(routeOperation(iam, head('POST', '/'), form)?.operation.name).toBe('GetUser')
    expect(routeOperation(iam, head('GET', '/?Action=ListUsers'))?.operation.name).toBe('ListUsers')
    expect(routeOperation(iam, head('POST', '/'), new TextEncoder().encode('Version=2010-05-08'))).toBeUndefined()
  })

  it('finds PutAuditEvents also when its required parameter is missing, which is the validation to say', () => {
    expect(routeOperation(data, head('POST', '/PutAuditEvents'))?.operation.name).toBe('PutAuditEvents')
    expect(routeOperation(data, head('GET', '/PutAuditEvents'))).toBeUndefined()
  })
})

describe('selectService', () => {
  it('believes the target before the scope before the host', () => {
    const target = { 'x-amz-target': 'CloudTrail_20131101.GetTrail', host: 'sts.amazonaws.com' }
    expect(selectService(head('POST', '/', target), 'iam')).toBe('cloudtrail')
    expect(selectService(head('POST', '/', { host: 'sts.amazonaws.com' }), 'iam')).toBe('iam')
    expect(selectService(head('POST', '/', { host: 'sts.us-east-1.amazonaws.com' }))).toBe('sts')
    expect(selectService(head('POST', '/', { host: 'cloudtrail-fips.us-east-1.amazonaws.com' }))).toBe('cloudtrail')
  })

  it('takes an unsigned form for STS and anything else unsigned for S3', () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', host: 'localhost:4577' }
    expect(selectService(head('POST', '/', form))).toBe('sts')
    expect(selectService(head('PUT', '/b/k', form))).toBe('s3')
    expect(selectService(head('GET', '/b/k', { host: 'localhost:4577' }))).toBe('s3')
    expect(selectService(head('GET', '/k', { host: 'b.localhost:4577' }))).toBe('s3')
  })

  it('knows no services that are not here', () => {
    expect(selectService(head('POST', '/', { 'x-amz-target': 'DynamoDB_20120810.ListTables' }), 's3')).toBeUndefined()
    expect(selectService(head('POST', '/'), 'dynamodb')).toBeUndefined()
    expect(selectService(head('POST', '/'), 'constructor')).toBeUndefined()
  })
})
