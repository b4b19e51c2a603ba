import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { shownValue } from '../config/secrets.ts'
import { ACCOUNT_ID, functionArn } from '../lambda/environment-variables.ts'
import { toLogging } from '../lambda/logging.ts'
import { RUNTIME_VERSION_ARN } from '../log/platform-entry.ts'
import type { FunctionDefinition } from '../manifest/function-definition.ts'
import type { ApiFunction } from './api-function.ts'

/** What the Lambda API reports of a function's zip. */
export interface FunctionCode {
  /** Base64. */
  readonly sha256: string
  readonly sizeBytes: number
  readonly modifiedAtEpochMs: number
  /** URL. */
  readonly location: string
}

export type ReadFunctionCode = (functionName: string) => Promise<FunctionCode>

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

/** Callers do not authenticate, so a secret is masked. */
const shown = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, shownValue(name, value)]))

function toLoggingConfig({ name, loggingConfig, maxConcurrency }: FunctionDefinition) {
  const { logFormat, applicationLogLevel, systemLogLevel } = toLogging(loggingConfig, maxConcurrency)
  return {
    LogFormat: logFormat,
    ...(logFormat === 'JSON' && {
      ApplicationLogLevel: applicationLogLevel,
      SystemLogLevel: systemLogLevel,
    }),
    LogGroup: `/aws/lambda/${name}`,
  }
}

/** FunctionConfiguration of the Lambda API, as lists have it. */
export function toListedConfiguration(
  { definition, variables }: ApiFunction,
  code: FunctionCode,
  qualifier: string | undefined,
) {
  const { name, handler, timeout, memorySize, buildId, deadLetterConfig, tenancyConfig } = definition
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
    ...(Object.keys(variables).length > 0 && { Environment: { Variables: shown(variables) } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: buildId,
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    EphemeralStorage: { Size: 512 },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: toLoggingConfig(definition),
    ...(tenancyConfig && { TenancyConfig: { TenantIsolationMode: tenancyConfig.tenantIsolationMode } }),
  }
}

/** FunctionConfiguration of a function that is asked for by name: lists leave its state out. */
export const toFunctionConfiguration = (...args: Parameters<typeof toListedConfiguration>) => ({
  ...toListedConfiguration(...args),
  State: 'Active',
  LastUpdateStatus: 'Successful',
  RuntimeVersionConfig: { RuntimeVersionArn: RUNTIME_VERSION_ARN },
})
