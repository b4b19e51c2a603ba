import {
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  type LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  ListVersionsByFunctionCommand,
  paginateListFunctions,
  PutFunctionConcurrencyCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda'
import { expect, test } from 'vitest'
import { ARN, clientOf, echo } from './testing/api-client.ts'

const notFound = (message: string) => ({
  name: 'ResourceNotFoundException',
  message,
  Type: 'User',
  $metadata: { httpStatusCode: 404 },
})
const invalid = (message: string) => ({
  name: 'InvalidParameterValueException',
  message,
  $metadata: { httpStatusCode: 400 },
})
const broken = (value: string, field: string, constraint: string) => ({
  name: 'ValidationException',
  message: `1 validation error detected: Value ${value} at '${field}' failed to satisfy constraint: Member must ${constraint}`,
  $metadata: { httpStatusCode: 400 },
})
const NOPE = ARN.replace('order', 'nope')
const MISMATCH = 'The derived qualifier from the function name does not match the specified qualifier.'

/** Without what the client adds. */
async function fieldsOf<Answer extends object>(answer: Promise<Answer>) {
  const { $metadata: _, ...fields } = (await answer) as Answer & { readonly $metadata: unknown }
  return fields
}

/** As recorded from AWS, with this function's values. */
const listed = {
  Architectures: [expect.stringMatching(/^(x86_64|arm64)$/) as unknown],
  CodeSha256: 's',
  CodeSize: 7,
  Description: '',
  Environment: { Variables: { REDIS_URL: 'redis://127.0.0.1:6379', KAFKA_SASL_PASSWORD: '***' } },
  EphemeralStorage: { Size: 512 },
  FunctionArn: ARN,
  FunctionName: 'order',
  Handler: 'index.handler',
  LastModified: '1970-01-01T00:00:00.000+0000',
  LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/order' },
  MemorySize: 512,
  PackageType: 'Zip',
  RevisionId: 'b1',
  Role: 'arn:aws:iam::000000000000:role/local',
  Runtime: 'nodejs24.x',
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  Timeout: 5,
  TracingConfig: { Mode: 'PassThrough' },
  Version: '$LATEST',
}
const configuration = {
  ...listed,
  LastUpdateStatus: 'Successful',
  RuntimeVersionConfig: { RuntimeVersionArn: 'arn:aws:lambda:us-east-1::runtime:local' },
  State: 'Active',
}
const definition = { memorySize: 512, timeout: 5 }

test('[3.5] GetFunction and GetFunctionConfiguration have the fields of AWS’s, and no others', async () => {
  const { client } = await clientOf(echo, { ...definition, reservedConcurrency: 3 })
  const ofArn = await fieldsOf(client.send(new GetFunctionCommand({ FunctionName: ARN })))
  expect(ofArn).toEqual({
    Code: { Location: 'file:///order', RepositoryType: 'local' },
    Concurrency: { ReservedConcurrentExecutions: 3 },
    Configuration: configuration,
  })
  const qualified = new GetFunctionConfigurationCommand({ FunctionName: 'order', Qualifier: '$LATEST' })
  expect(await fieldsOf(client.send(qualified))).toEqual({
    ...configuration,
    FunctionArn: `${ARN}:$LATEST`,
  })
})

test('[3.5] a configuration says whether there is tenant isolation', async () => {
  const { client } = await clientOf(echo, { tenancyConfig: { tenantIsolationMode: 'PER_TENANT' } })
  const command = new GetFunctionConfigurationCommand({ FunctionName: 'order' })
  expect((await client.send(command)).TenancyConfig).toEqual({ TenantIsolationMode: 'PER_TENANT' })
})

test('[3.5] LoggingConfig has levels with JSON', async () => {
  const { client } = await clientOf(echo, {
    loggingConfig: { logFormat: 'JSON', applicationLogLevel: 'WARN' },
  })
  const { LoggingConfig } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'order' }))
  expect(LoggingConfig).toEqual({
    ApplicationLogLevel: 'WARN',
    LogFormat: 'JSON',
    LogGroup: '/aws/lambda/order',
    SystemLogLevel: 'INFO',
  })
})

test('[3.5] ListFunctions lists by name, page by page', async () => {
  const { client } = await clientOf()
  const pages: (string | undefined)[][] = []
  for await (const { Functions } of paginateListFunctions({ client, pageSize: 2 }, {})) {
    pages.push((Functions ?? []).map(({ FunctionName }) => FunctionName))
  }
  expect(pages).toEqual([['analytics', 'order'], ['stock']])
})

test('[3.5] a listed function has no state; FunctionVersion ALL lists its versions', async () => {
  const { client } = await clientOf(echo, definition)
  const { Functions } = await client.send(new ListFunctionsCommand({}))
  expect(Functions?.[1]).toEqual(listed)
  const all = await client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }))
  expect(all.Functions?.[1]).toEqual({ ...listed, FunctionArn: `${ARN}:$LATEST` })
  const versions = client.send(new ListVersionsByFunctionCommand({ FunctionName: 'order' }))
  expect(await fieldsOf(versions)).toEqual({ Versions: [{ ...listed, FunctionArn: `${ARN}:$LATEST` }] })
  const aliases = client.send(new ListAliasesCommand({ FunctionName: 'order' }))
  expect(await fieldsOf(aliases)).toEqual({ Aliases: [] })
})

test.each([
  [{ FunctionVersion: 'invalid' }, "'invalid'", 'functionVersion', 'satisfy enum value set: [ALL]'],
  [{ MaxItems: 0 }, "'0'", 'maxItems', 'have value greater than or equal to 1'],
  [{ MaxItems: 10_001 }, "'10001'", 'maxItems', 'have value less than or equal to 10000'],
])('[3.5] ListFunctions refuses %o', async (input, value, field, constraint) => {
  const { client } = await clientOf()
  const command = new ListFunctionsCommand(input as { MaxItems: number })
  await expect(client.send(command)).rejects.toMatchObject(broken(value, field, constraint))
})

type Ask = (client: LambdaClient, FunctionName: string, Qualifier?: string) => Promise<unknown>
const get: Ask = (client, FunctionName, Qualifier) =>
  client.send(new GetFunctionCommand({ FunctionName, Qualifier }))
const getConfiguration: Ask = (client, FunctionName, Qualifier) =>
  client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }))
const getEventInvokeConfig: Ask = (client, FunctionName, Qualifier) =>
  client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName, Qualifier }))
const getPolicy: Ask = (client, FunctionName, Qualifier) =>
  client.send(new GetPolicyCommand({ FunctionName, Qualifier }))
const getConcurrency: Ask = (client, FunctionName) =>
  client.send(new GetFunctionConcurrencyCommand({ FunctionName }))
const putConcurrency: Ask = (client, FunctionName) =>
  client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 1 }))
const listVersions: Ask = (client, FunctionName) =>
  client.send(new ListVersionsByFunctionCommand({ FunctionName }))

test.each([
  ['GetFunction', get, `Function not found: ${NOPE}`, `Function not found: ${ARN}:12`],
  [
    'GetFunctionConfiguration',
    getConfiguration,
    `Function not found: ${NOPE}`,
    `Function not found: ${ARN}:12`,
  ],
  [
    'GetFunctionEventInvokeConfig',
    getEventInvokeConfig,
    `The function ${NOPE}:$LATEST doesn't have an EventInvokeConfig`,
    `The function ${ARN}:12 doesn't have an EventInvokeConfig`,
  ],
  [
    'GetPolicy',
    getPolicy,
    'The resource you requested does not exist.',
    'The resource you requested does not exist.',
  ],
])('[3.5] %s of what there is not, or with two qualifiers', async (_, ask, noFunction, noVersion) => {
  const { client } = await clientOf()
  await expect(ask(client, 'nope')).rejects.toMatchObject(notFound(noFunction))
  await expect(ask(client, 'order', '12')).rejects.toMatchObject(notFound(noVersion))
  await expect(ask(client, `${ARN}:12`, '13')).rejects.toMatchObject(invalid(MISMATCH))
})

test.each([
  ['GetFunctionConcurrency', getConcurrency, `Function not found: ${NOPE}`],
  ['PutFunctionConcurrency', putConcurrency, `Function not found: ${NOPE}:$LATEST`],
  ['ListVersionsByFunction', listVersions, `Function not found: ${NOPE}`],
])('[3.5] %s of a function that is not there', async (_, ask, message) => {
  const { client } = await clientOf()
  await expect(ask(client, 'nope')).rejects.toMatchObject(notFound(message))
})

test('[3.5] the SDK’s own waiter finds the function active', async () => {
  const { client } = await clientOf()
  const { state } = await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: 'order' })
  expect(state).toBe('SUCCESS')
})

test('[3.5] reserved concurrency is read, put and deleted', async () => {
  const { client } = await clientOf()
  const FunctionName = 'order'
  const reserved = () => fieldsOf(client.send(new GetFunctionConcurrencyCommand({ FunctionName })))
  const put = (ReservedConcurrentExecutions: number | undefined, name = FunctionName) =>
    fieldsOf(
      client.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions })),
    )
  expect(await reserved()).toEqual({})
  expect(await put(0)).toEqual({ ReservedConcurrentExecutions: 0 })
  expect(await put(900)).toEqual({ ReservedConcurrentExecutions: 900 })
  expect(await reserved()).toEqual({ ReservedConcurrentExecutions: 900 })
  const tooMuch = invalid(
    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  )
  await expect(put(901)).rejects.toMatchObject(tooMuch)
  await expect(put(1, 'stock')).rejects.toMatchObject(tooMuch)
  await expect(put(-1)).rejects.toMatchObject(
    broken("'-1'", 'reservedConcurrentExecutions', 'have value greater than or equal to 0'),
  )
  await expect(put(undefined)).rejects.toMatchObject(
    broken('null', 'reservedConcurrentExecutions', 'not be null'),
  )
  await expect(put(1, `${ARN}:$LATEST`)).rejects.toMatchObject(
    invalid(
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    ),
  )
  const { $metadata } = await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
  expect($metadata.httpStatusCode).toBe(204)
  expect(await reserved()).toEqual({})
})

test('[3.5] GetFunctionEventInvokeConfig says what is not AWS’s default', async () => {
  const onFailure = { destination: 'arn:aws:sqs:us-east-1:000000000000:failed' }
  const { client } = await clientOf(echo, {
    eventInvokeConfig: { maximumRetryAttempts: 0, destinationConfig: { onFailure } },
  })
  const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: 'order' })
  expect(await fieldsOf(client.send(command))).toEqual({
    DestinationConfig: { OnFailure: { Destination: onFailure.destination }, OnSuccess: {} },
    FunctionArn: `${ARN}:$LATEST`,
    LastModified: new Date(0),
    MaximumRetryAttempts: 0,
  })
})

test('[3.5] GetPolicy lets the HTTP API call a function that has routes', async () => {
  const { client } = await clientOf(echo, { triggers: { http: ['GET /orders'] } })
  const { Policy, RevisionId } = await client.send(new GetPolicyCommand({ FunctionName: 'order' }))
  expect(RevisionId).toBe('b1')
  expect(JSON.parse(Policy ?? '')).toMatchObject({
    Version: '2012-10-17',
    Id: 'default',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'apigateway.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: ARN,
      },
    ],
  })
})

test('[3.5] ListTags: there are none, and only of what there is', async () => {
  const { client } = await clientOf()
  const tagsOf = (Resource: string) => fieldsOf(client.send(new ListTagsCommand({ Resource })))
  expect(await tagsOf(ARN)).toEqual({ Tags: {} })
  await expect(tagsOf(NOPE)).rejects.toMatchObject(notFound(`Function not found: ${NOPE}`))
  const mapping =
    'arn:aws:lambda:us-east-1:000000000000:event-source-mapping:00000000-0000-0000-0000-000000000000'
  await expect(tagsOf(mapping)).rejects.toMatchObject(notFound(`Event source mapping not found: ${mapping}`))
  await expect(tagsOf(`${ARN}:live`)).rejects.toMatchObject(
    invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.'),
  )
  await expect(tagsOf('arn:aws:something')).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      /^1 validation error detected: Value 'arn:aws:something' at 'resource' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:/,
    ) as unknown,
  })
})

test('[3.5] GetAccountSettings has the limits of an account, and what is used of them', async () => {
  const { client } = await clientOf(echo, { reservedConcurrency: 10 })
  expect(await fieldsOf(client.send(new GetAccountSettingsCommand({})))).toEqual({
    AccountLimit: {
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      TotalCodeSize: 80_530_636_800,
      UnreservedConcurrentExecutions: 970,
    },
    AccountUsage: { FunctionCount: 3, TotalCodeSize: 21 },
  })
})

test.each([
  ['PUT', '/2015-03-31/functions/order/code'],
  ['POST', '/2015-03-31/event-source-mappings'],
  ['GET', '/2018-10-31/layers'],
  ['GET', '/2015-03-31/nope'],
])('[3.5] %s %s is not served, and the answer says what is', async (method, path) => {
  const { url } = await clientOf()
  const response = await fetch(url + path, { method })
  expect(response.status).toBe(404)
  expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException')
  expect(await response.text()).toContain('It serves Invoke, InvokeWithResponseStream, ListFunctions')
})

test('[3.5] only the message of a resource that is not found has a capital', async () => {
  const { url } = await clientOf()
  const bodyOf = async (path: string) => (await fetch(`${url}/2015-03-31/functions/${path}`)).json()
  expect(await bodyOf('nope')).toEqual({ Type: 'User', Message: `Function not found: ${NOPE}` })
  expect(await bodyOf('order:1?Qualifier=2')).toEqual({ Type: 'User', message: MISMATCH })
  expect(Object.keys((await bodyOf('*')) as object)).toEqual(['message'])
})
