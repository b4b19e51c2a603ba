import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { HttpResponse } from '../http/response.ts'
import { ACCOUNT_ID, functionArn } from '../lambda/environment-variables.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import { apiError } from './api-error.ts'

const DEFAULT_PAGE = 50

/** What the Lambda API reports of a function's zip. */
export interface FunctionCode {
  /** Base64. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly modifiedAtEpochMs: number
  /** URL. */
  readonly location: string
}

/** @param path of the zip, absolute */
export async function readFunctionCode(path: string): Promise<FunctionCode> {
  const [bytes, { mtimeMs }] = await Promise.all([readFile(path), stat(path)])
  return {
    sha256: createHash('sha256').update(bytes).digest('base64'),
    sizeBytes: bytes.length,
    modifiedAtEpochMs: mtimeMs,
    location: pathToFileURL(path).href,
  }
}

/** Like AWS's `2026-11-24T18:00:00.000+0000`. */
const lastModified = (epochMs: number) => new Date(epochMs).toISOString().replace('Z', '+0000')

/** FunctionConfiguration of the Lambda API, without the variables: they may hold passwords, and callers do not authenticate. */
function toFunctionConfiguration(
  definition: FunctionDefinition,
  code: FunctionCode,
  qualifier: string | undefined,
) {
  const { name, handler, timeout, memorySize, buildId, deadLetterConfig } = definition
  return {
    FunctionName: name,
    FunctionArn: functionArn(name) + (qualifier === undefined ? '' : `:${qualifier}`),
    Runtime: 'nodejs24.x',
    Role: `arn:aws:iam::${ACCOUNT_ID}:role/local`,
    Handler: handler,
    CodeSize: code.sizeBytes,
    Description: '',
    Timeout: timeout,
    MemorySize: memorySize,
    LastModified: lastModified(code.modifiedAtEpochMs),
    CodeSha256: code.sha256,
    Version: '$LATEST',
    ...(deadLetterConfig && { DeadLetterConfig: { TargetArn: deadLetterConfig.targetArn } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: buildId,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  }
}

interface DescribedFunction {
  readonly definition: FunctionDefinition
}

export interface DescribeFunctionsDeps {
  readonly functions: ReadonlyMap<string, DescribedFunction>
  readonly functionCode: (functionName: string) => Promise<FunctionCode>
}

const json = (value: unknown): HttpResponse => ({
  statusCode: 200,
  headers: [['content-type', 'application/json']],
  body: JSON.stringify(value),
})

/** ListFunctions, GetFunction and GetFunctionConfiguration. */
export function createDescribeFunctions({ functions, functionCode }: DescribeFunctionsDeps) {
  const configurationOf = async ({ definition }: DescribedFunction, qualifier: string | undefined) =>
    toFunctionConfiguration(definition, await functionCode(definition.name), qualifier)

  return {
    /** ListFunctions: pages of `MaxItems`, sorted by name; `Marker` is the last name of the previous page. */
    list: async (query: URLSearchParams): Promise<HttpResponse> => {
      const maxItems = Number(query.get('MaxItems') ?? DEFAULT_PAGE)
      if (!Number.isInteger(maxItems) || maxItems < 1 || maxItems > 10_000) {
        const text = 'MaxItems must be a whole number from 1 to 10000.'
        return apiError(400, 'InvalidParameterValueException', text)
      }
      const marker = query.get('Marker') ?? ''
      const rest = [...functions.values()]
        .filter(({ definition }) => definition.name > marker)
        .sort((one, other) => (one.definition.name < other.definition.name ? -1 : 1))
      const page = rest.slice(0, maxItems)
      return json({
        Functions: await Promise.all(page.map((each) => configurationOf(each, undefined))),
        ...(rest.length > page.length && { NextMarker: page.at(-1)?.definition.name }),
      })
    },
    configuration: async (target: DescribedFunction, qualifier: string | undefined) =>
      json(await configurationOf(target, qualifier)),
    get: async (target: DescribedFunction, qualifier: string | undefined) => {
      const { name, reservedConcurrency } = target.definition
      const { location } = await functionCode(name)
      return json({
        Configuration: await configurationOf(target, qualifier),
        Code: { RepositoryType: 'local', Location: location },
        ...(reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
        }),
      })
    },
  }
}
